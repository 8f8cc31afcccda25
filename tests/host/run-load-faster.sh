#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

run labctl run "$TOP/tests/fixtures/pages" --json "$T/record.json"
is "it can be measured" "$status" 0
like "keeping the sums is faster" "$out" $'\nkept .* faster'
figure() { python3 -c "import json, sys; print(eval(sys.argv[2], {'r': json.load(open(sys.argv[1]))}))" "$T/record.json" "$1"; }
is "every request was answered" "$(figure 'sum(s["latency"]["errors"] for s in r["samples"])')" 0
is "closed loop and open loop" "$(figure 'r["samples"][0]["latency"]["requests"]')" 210
is "percentiles in order" "$(figure 'all(s["latency"]["p50_ns"] <= s["latency"]["p99_ns"] <= s["latency"]["max_ns"] for s in r["samples"])')" True
