#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
# timeout: 120
. "$(dirname "$0")/../lib.sh"

run labctl explain algorithm
is "explains" "$status" 0
like "the function" "$out" '^ +common \(baseline.py:[0-9]+\) +[0-9]{6,} .* 9[0-9]'
like "memory by line" "$out" '^ +near the peak, by line'
like "the growth" "$out" "exponential: the time grows [234]\.[0-9]+ times with each further length"
