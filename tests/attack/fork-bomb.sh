#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# Processes without end.
. "$(dirname "$0")/lib.sh"

box --pids 32 -- /attack/swarm processes 200
refused "as many as the limit allows" "processes: 31 of 200"
like "labctl says why" "$err" "the limit is 32"

control "outside there are as many as wanted" "$attack/swarm" processes 200
