#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# Fill the disk: /tmp, /dev/shm and the tree itself are one.
. "$(dirname "$0")/lib.sh"

size=$((24 << 20))
for dir in /tmp /dev/shm /etc; do
	box --disk 8M -- /attack/flood fill $dir $size
	refused "$dir is full" "No space left"
	like "... and labctl says why" "$err" "its disk full: the limit is 8.0 MiB"
done
box --disk 8M -- /attack/flood sparse /tmp $size
refused "no more fits into a sparse file" "No space left"

control "outside it does" "$attack/flood" fill "$T" $size
rm -f "$T/full"
