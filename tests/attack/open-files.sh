#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# Descriptors without end, and a higher limit for oneself.
. "$(dirname "$0")/lib.sh"

box --nofile 64 -- /attack/swarm files 200
refused "as many as the limit allows" "open files: 6[01] of 200"
box --nofile 64 -- /attack/kernel raise-limits
refused "no limit can be raised" "not permitted"

control "outside there are as many as wanted" "$attack/swarm" files 200
