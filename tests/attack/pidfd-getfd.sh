#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# A copy of one of init's descriptors: its socket to the supervisor.
. "$(dirname "$0")/lib.sh"

for fd in 0 1 2 3 4 5 6 7 8; do
	box -- /attack/reach take-descriptor 1 $fd
	[ "$status" = 1 ] || break
done
refused "not one" "not implemented"

hold victim "$attack/reach" victim
control "of a process of ours" "$attack/reach" take-descriptor $held 0
