#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# The same calls by the 32-bit door, where they have other numbers.
. "$(dirname "$0")/lib.sh"

box -- /attack/kernel abi32
ended "killed" 159 "SIGSYS"

if "$attack/kernel" abi32 >/dev/null; then
	control "a plain program calls so" "$attack/kernel" abi32
else
	skip "control" "this kernel has no 32-bit calls"
fi
