#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# CVE-2025-52881: an image brings a /proc of its own, where what is written to a process' attributes
# goes to a file of the host.
. "$(dirname "$0")/lib.sh"

echo untouched >"$T/target"
mkdir -p "$rootfs/proc/self/attr" "$rootfs/proc/1"
ln -s "$T/target" "$rootfs/proc/self/attr/exec"
ln -s "$T/target" "$rootfs/proc/1/uid_map"
box -- /attack/escape open-read /proc/self/stat
is "/proc is the kernel's" "$out" "worked: /proc/self/stat can be read"
is "what the image linked to is as it was" "$(cat "$T/target")" untouched

control "who writes by the image's path follows" sh -c "echo x >'$rootfs/proc/self/attr/exec'"
is "... there" "$(cat "$T/target")" x
