#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# Memory that the kernel may not take back.
. "$(dirname "$0")/lib.sh"

size=$((96 << 20))
box --memory 32M -- /attack/flood locked-memory $size
refused "it is not locked" "Cannot allocate"

control "outside it is" "$attack/flood" locked-memory $size
