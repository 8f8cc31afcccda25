#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# One letter crashes the machine or kills all its processes.
# Only opened for writing, never written.
. "$(dirname "$0")/lib.sh"

box -- /attack/escape open-write /proc/sysrq-trigger
refused "it cannot be opened for writing"

if [ -e /proc/sysrq-trigger ]; then
	control "outside it can" "$attack/escape" open-write /proc/sysrq-trigger
else
	skip "control" "this kernel has no /proc/sysrq-trigger"
fi
