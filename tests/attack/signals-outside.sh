#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# Kill what is not inside: by number, and all that can be reached.
. "$(dirname "$0")/lib.sh"

hold victim "$attack/reach" victim
victim=$held
box -- /attack/reach signal $victim
refused "a process of the host's has no number inside" "No such process"
run timeout "$(at_most 20)" "$LABCTL" exec --rootfs "$rootfs" -- /attack/reach signal-all
ok "all that is killed is inside" kill -0 $victim

control "outside it is killed" "$attack/reach" signal $victim
