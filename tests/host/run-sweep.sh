#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python fast
# timeout: 180
. "$(dirname "$0")/../lib.sh"

# Twenty-four processes: none too many for 256 MB, far too many for 12; 4 is too little for anything.
run labctl run parallel --cpu 1 --sweep memory=4M,12M,256M --variant crowd --budget 6s \
	--json "$T/sweep.json"
is "a limit that kills is a result: exit 0" "$status" 0
like "the baseline's end is shown" "$out" "^4M +failed"
like "the variant's too" "$out" "^12M .* memory!"
unlike "and the next point goes on" "$out" "^256M .*(failed|memory!)"
like "the words say which limit" "$out" "crowd at memory 12M: .*out of memory"
points=$(python3 - "$T/sweep.json" <<'END'
import json, sys
with open(sys.argv[1]) as file:
    sweep = json.load(file)
for point in sweep["points"]:
    print(point["values"], len(point.get("runs", [])), "failed" in point)
END
)
is "the record has a run for each point but the first" "$points" "['4M'] 0 True
['12M'] 1 False
['256M'] 1 False"

run labctl compare "$T/sweep.json" "$T/sweep.json"
is "compare refuses it" "$status" 3
like "in words" "$err" "record of a sweep, not of one run"

# A fraction above one was refused by the kernel once: its period was not set.
[ "$(nproc)" -ge 2 ] || { skip "one CPU and a half" "this host has one CPU"; exit; }
run labctl run "$TOP/tests/fixtures/count" --sweep cpu=1.5 --budget 4s
is "one CPU and a half" "$status" 0
