#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# Files without content take no room on a disk, but memory of the kernel's: they count all the same.
. "$(dirname "$0")/lib.sh"

box --memory 16M -- /attack/flood names /tmp 100000
refused "not as many as wanted" "No space left"
box --disk 4M -- /attack/flood names /dev/shm 100000
refused "nor with a limit of the disk alone" "No space left"

# shellcheck disable=SC2016
control "outside a file system in memory takes them" \
	unshare -m sh -c 'mount -t tmpfs none "$1" && "$2" names "$1" 100000' sh "$rootfs/tmp" "$attack/flood"
