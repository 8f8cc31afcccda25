#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python fast
# timeout: 180
# run --scaling measures at several values of a parameter and fits the exponent.
. "$(dirname "$0")/../lib.sh"

run labctl run "$TOP/tests/fixtures/count" --scaling --variant dictionary,guess --json "$T/record.json"
is "measures" "$status" 0
like "a line for each variant" "$out" "^dictionary +-?[0-9]"
like "with an interval" "$out" "^baseline +-?[0-9.]+ \\[-?[0-9.]+, -?[0-9.]+\\]"
like "a wrong answer ends its series" "$out" "guess: ended at 500: "
check() { python3 -c "import json, sys; r = json.load(open(sys.argv[1])); g = r['growths']; assert $1" "$T/record.json"; }
ok "the record has every call" check 'all(len(t) == 3 for t in g[0]["times_ns"]) and len(g[0]["values"]) == 5'
ok "and no samples" check 'not r.get("samples")'
run labctl replay "$T/record.json"
is "it is not for replay" "$status" 2
run labctl run database --scaling
is "an exercise that names no parameter is refused" "$status" 2
like "and why" "$err" "names no parameter"
