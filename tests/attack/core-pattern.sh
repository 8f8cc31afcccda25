#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# The program that takes a dump when something crashes runs as the host's root.
# Only opened for writing, never written.
. "$(dirname "$0")/lib.sh"

box -- /attack/escape open-write /proc/sys/kernel/core_pattern
refused "it cannot be opened for writing"

if [ -e /proc/sys/kernel/core_pattern ]; then
	control "outside it can" "$attack/escape" open-write /proc/sys/kernel/core_pattern
else
	skip "control" "this kernel has no /proc/sys/kernel/core_pattern"
fi
