#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
# timeout: 120
. "$(dirname "$0")/../lib.sh"

right="memoised table tworows bitparallel structures redesigned hoard"
wrong="greedy"
names="$right $wrong"
labctl run algorithm --variant "${names// /,}" --budget "$(at_most 5)s" --json "$T/record.json" >"$T/log" 2>&1
verdicts=$(python3 "$TOP/tests/fixtures/verdicts.py" "$T/record.json")
for name in baseline $right; do
	like "$name gives the right output" "$verdicts" "^$name right"
done
for name in $wrong; do
	like "$name is found out" "$verdicts" "^$name wrong"
done
