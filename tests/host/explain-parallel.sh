#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python fast
# timeout: 120
. "$(dirname "$0")/../lib.sh"

[ "$(nproc)" -ge 2 ] || skip_all "the exercise asks for two CPUs"
run labctl explain parallel tiny --instrument workers
is "explains" "$status" 0
like "the CPUs at work" "$out" '[0-9.]+ CPUs were busy on average, of 2 granted'
like "the first process" "$out" '^ +the first +[0-9]+ +[0-9.]+ '
like "and its helpers" "$out" '^ +python3 [0-9]+ +1 +[0-9.]+ '
like "messages: a number each" "$out" '^ +from the others +[0-9]{4,} '
