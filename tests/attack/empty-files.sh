#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# Files without content take no room on a disk, but memory of the kernel's.
. "$(dirname "$0")/lib.sh"

box --memory 16M -- /attack/flood names /tmp 100000
starved "they count as memory"

# shellcheck disable=SC2016
control "outside a file system in memory takes them" \
	unshare -m sh -c 'mount -t tmpfs none "$1" && "$2" names "$1" 100000' sh "$rootfs/tmp" "$attack/flood"
