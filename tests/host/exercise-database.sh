#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:postgres fast
# timeout: 300
. "$(dirname "$0")/../lib.sh"

right="index joined recursive joined-index prepared keyset transaction copy unanalysed overindexed"
wrong="pasted stale"
names="$right $wrong"
labctl run database --variant "${names// /,}" --budget "$(at_most 8)s" --json "$T/record.json" >"$T/log" 2>&1
verdicts=$(python3 "$TOP/tests/fixtures/verdicts.py" "$T/record.json")
for name in baseline $right; do
	like "$name gives the right output" "$verdicts" "^$name right"
done
# pasted ends with a wrong answer or a syntax error, whichever hostile name comes first
for name in $wrong; do
	like "$name is found out" "$verdicts" "^$name (wrong|failed)"
done
