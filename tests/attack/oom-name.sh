#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# A name with commands for the terminal of who reads labctl's message about it.
. "$(dirname "$0")/lib.sh"

name=$'\e[31mred'
cp "$rootfs/attack/flood" "$rootfs/attack/$name"
box --memory 16M -- "/attack/$name" memory $((64 << 20))
starved "it is killed"
is "no escape reaches the terminal" "$(grep -c $'\e' "$T/stderr")" 0

cp "$attack/flood" "$T/$name"
hold named "$T/$name" memory 4096 hold
like "control: the kernel keeps such a name" "$(tr '\033' '^' <"/proc/$held/comm")" '^\^\[31mred$'
