#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

labctl run "$TOP/tests/fixtures/count" --budget "$(at_most 4)s" --json "$T/record.json" >/dev/null 2>&1
# The fixture is no exercise by name: replay finds it by its folder.
cp -r "$TOP/exercises" "$TOP/cgroups" "$TOP/images" "$T/"
cp -r "$TOP/tests/fixtures/count" "$T/exercises/"
export LABCTL_DATA=$T
run labctl replay "$T/record.json" --json "$T/again.json"
like "runs it again and compares" "$out" "^dictionary .*(agree|DIFFER)$"
like "gives an answer" "$out" "^The two records (agree|do not agree)"
seeds() { python3 -c 'import json, sys; r = json.load(open(sys.argv[1])); print(r["plan"]["seed"], [(s["block"], s["position"], s["variant"], s["input_seed"]) for s in r["samples"] if not s.get("taints")][:12])' "$1"; }
is "in the same order, on the same inputs" "$(seeds "$T/again.json")" "$(seeds "$T/record.json")"

echo "# changed" >>"$T/exercises/count/variants/dictionary.py"
run labctl replay "$T/record.json"
like "says when a file has changed" "$err" "the file of variant 'dictionary' has changed"
