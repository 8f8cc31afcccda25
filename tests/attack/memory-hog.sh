#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# More memory than was granted: of its own, shared, in a file in memory.
. "$(dirname "$0")/lib.sh"

size=$((96 << 20))
for kind in memory shared-memory memory-file; do
	box --memory 32M -- /attack/flood $kind $size
	starved "$kind: killed"
	control "$kind outside" "$attack/flood" $kind $size
done
is "no shared memory is left" "$(ipcs -m | grep -c $size)" 0
