#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# Memory that the kernel holds for a process: in pipes, local sockets, System V segments, small objects.
. "$(dirname "$0")/lib.sh"

size=$((48 << 20))
for kind in pipes local-sockets; do
	box --memory 24M -- /attack/flood $kind $size
	starved "$kind: counted"
	control "$kind outside" "$attack/flood" $kind $size
done
box --memory 24M --pids 400 -- /attack/swarm objects 300000
starved "small objects: counted"
control "some of them outside" "$attack/swarm" objects 20000
