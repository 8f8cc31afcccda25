#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:postgres image:redis image:memcached fast
# timeout: 300
. "$(dirname "$0")/../lib.sh"

right="inprocess file redis memcached mget stampede nagle evicting"
wrong="stale pickled"
names="$right $wrong"
labctl run caching --variant "${names// /,}" --budget "$(at_most 8)s" --json "$T/record.json" >"$T/log" 2>&1
verdicts=$(python3 "$TOP/tests/fixtures/verdicts.py" "$T/record.json")
for name in baseline $right; do
	like "$name gives the right output" "$verdicts" "^$name right"
done
for name in $wrong; do
	like "$name is found out" "$verdicts" "^$name wrong"
done
