#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:dask fast
# timeout: 240
. "$(dirname "$0")/../lib.sh"

# One CPU is enough to tell right from wrong, and every host has it.
right="pool futures shared dask threads tiny cpucount crowd"
wrong="firstcome race"
names="$right $wrong"
labctl run parallel --cpu 1 --variant "${names// /,}" --budget 5s --json "$T/record.json" \
	>"$T/log" 2>&1
verdicts=$(python3 "$TOP/tests/fixtures/verdicts.py" "$T/record.json")
for name in baseline $right; do
	like "$name gives the right output" "$verdicts" "^$name right"
done
for name in $wrong; do
	like "$name is found out" "$verdicts" "^$name wrong"
done
