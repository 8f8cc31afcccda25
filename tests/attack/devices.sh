#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# A node for the disk, made by root inside.
. "$(dirname "$0")/lib.sh"

for dir in /tmp /dev/shm /etc; do
	box -- /attack/escape device $dir
	refused "no node in $dir"
done

# A node that the image brings along opens nothing.
mknod "$rootfs/etc/mem" c 1 1
mknod "$rootfs/etc/null" c 1 3
box -- /attack/escape open-read /etc/mem /etc/null
refused "nodes of the image are dead" "Permission denied"

control "outside a node is made and opened" "$attack/escape" device "$T"
