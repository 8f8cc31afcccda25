#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# Each call of the kernel's that a guest has no business with, with arguments that no kernel takes:
# the filter says no before the kernel looks.
. "$(dirname "$0")/lib.sh"

box -- /attack/kernel surface
refused "the filter stands before all of them"
is "none reaches the kernel" "$(grep -c reaches <<<"$out")" 0

run "$attack/kernel" surface
is "control: outside they do" "$status" 0
is "... all but three at most" "$(($(grep -c reaches <<<"$out") >= 42))" 1
