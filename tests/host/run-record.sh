#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

run labctl run "$TOP/tests/fixtures/count" --budget "$(at_most 3)s" --seed 11 --json "$T/record.json"
is "keeps a record" "$status" 0
check() { python3 -c "import json, sys; r = json.load(open(sys.argv[1])); assert $1" "$T/record.json"; }
ok "with the seed" check 'r["plan"]["seed"] == 11 or r["plan"]["seed"] == "0xb"'
ok "the image's digest" check 'len(r["images"][0]["digest"]) == 64'
ok "what enforces the limits" check 'all(p["enforced"] for p in r["proven"])'
ok "each sample's costs" check 'all(s["wall_ns"] > 0 and s["usage"]["cpu_ns"] > 0 for s in r["samples"])'
ok "its context switches, counted from outside" check 'all(s["usage"]["context_switches_voluntary"] >= 0 and s["usage"]["context_switches_involuntary"] >= 0 for s in r["samples"])'
ok "its own cost" check 'all(s["own_cpu_ns"] > 0 for s in r["samples"])'
ok "both copies of the baseline" check '{s["again"] for s in r["samples"]} == {True, False}'
ok "inputs that differ" check 'len({s["input_seed"] for s in r["samples"]}) > 3'
ok "outputs that are right" check 'all(s["ending"] == "ok" for s in r["samples"])'
run labctl run "$TOP/tests/fixtures/count" --budget "$(at_most 2)s" --json - --quiet
ok "- prints the record and nothing else" python3 -m json.tool "$T/stdout"
