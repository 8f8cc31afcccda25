#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# The program that is told of new devices runs as the host's root.
# Only opened for writing, never written.
. "$(dirname "$0")/lib.sh"

box -- /attack/escape open-write /sys/kernel/uevent_helper
refused "it cannot be opened for writing"

if [ -e /sys/kernel/uevent_helper ]; then
	control "outside it can" "$attack/escape" open-write /sys/kernel/uevent_helper
else
	skip "control" "this kernel has no /sys/kernel/uevent_helper"
fi
