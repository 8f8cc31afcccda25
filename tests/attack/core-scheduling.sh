#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# A whole core, whatever its CPU limit: who is in a scheduling group of his own has nobody beside him
# on its other threads.
. "$(dirname "$0")/lib.sh"

box -- /attack/kernel whole-core
refused "none for a guest" "not permitted"

run "$attack/kernel" whole-core
case $status-$out in
0-*) control "outside there is" "$attack/kernel" whole-core ;;
*"Invalid argument"* | *"No such device"*)
	skip "control: outside there is" "this kernel has no core scheduling, or a core no threads"
	;;
*) is "control: outside there is" "$out" "" ;;
esac
