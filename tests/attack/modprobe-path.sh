#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# The program that loads a module when one is missing runs as the host's root.
# Only opened for writing, never written.
. "$(dirname "$0")/lib.sh"

box -- /attack/escape open-write /proc/sys/kernel/modprobe
refused "it cannot be opened for writing"

if [ -e /proc/sys/kernel/modprobe ]; then
	control "outside it can" "$attack/escape" open-write /proc/sys/kernel/modprobe
else
	skip "control" "this kernel has no /proc/sys/kernel/modprobe"
fi
