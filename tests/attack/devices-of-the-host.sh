#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# The machine's own windows: memory, log, disks.
. "$(dirname "$0")/lib.sh"

box -- /attack/escape open-read /dev/mem /dev/kmsg /proc/kmsg /proc/kcore /dev/vda /dev/sda
refused "none of them is there"

control "the kernel's log" "$attack/escape" open-read /dev/kmsg
