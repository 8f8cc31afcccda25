#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python fast
# timeout: 180
# A fast variant is called several times in a sample, each time in a process of its own.
. "$(dirname "$0")/../lib.sh"

run labctl run algorithm --variant redesigned --budget 60s --precision 20% --json "$T/record.json"
is "measures" "$status" 0
like "says that it was called several times" "$(tr -s ' \n' ' ' <<<"$out")" "each time in a fresh process: redesigned [0-9]+"
like "and what the handing over takes" "$out" "Handing over input and output takes [0-9.]+ [mu]s"
check() { python3 -c "import json, sys; r = json.load(open(sys.argv[1])); s = r['samples']; assert $1" "$T/record.json"; }
ok "the pilot and the baseline are not batched" check 'all(x["batch"] == 1 for x in s if x["variant"] == 0 or x["block"] == 1)'
ok "later samples have the calls of the plan" check 'all(x["batch"] == r["variants"][1]["calls"] > 1 for x in s if x["variant"] == 1 and x["block"] > 1)'
ok "each call's time is kept" check 'all(sum(x["calls_ns"]) == x["wall_ns"] and len(x["calls_ns"]) == x["batch"] for x in s if x["batch"] > 1)'
