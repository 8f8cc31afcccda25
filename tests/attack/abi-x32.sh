#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# The same calls by the x32 door: numbers with a high bit.
. "$(dirname "$0")/lib.sh"

box -- /attack/kernel x32
ended "killed" 159 "SIGSYS"

if "$attack/kernel" x32 >/dev/null; then
	control "a plain program calls so" "$attack/kernel" x32
else
	skip "control" "this kernel has no x32"
fi
