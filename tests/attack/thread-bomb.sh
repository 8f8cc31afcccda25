#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# Threads without end: they count as processes do.
. "$(dirname "$0")/lib.sh"

box --pids 32 -- /attack/swarm threads 200
refused "as many as the limit allows" "threads: 31 of 200"

control "outside there are as many as wanted" "$attack/swarm" threads 200
