#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python fast
# timeout: 120
. "$(dirname "$0")/../lib.sh"

run labctl explain io --instrument calls
is "explains" "$status" 0
like "every call is counted: a read for each byte" "$out" "^  read +[0-9.]+ +1[0-9]{5} "
like "in units that have a name" "$out" "^  call +ms +calls +microseconds each"
like "a sync for each order" "$out" "^  fsync +[0-9.]+ +40 "
