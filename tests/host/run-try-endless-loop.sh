#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

cat >"$T/solution.py" <<'EOF'
def run(ctx, data):
    while True:
        pass
EOF
run labctl run "$TOP/tests/fixtures/count" --try "$T/solution.py"
text=$(tr -s '\n ' ' ' <"$T/stdout")
is "the answer is no" "$status" 1
like "says how long it was given" "$text" "try: failed: no result within [0-9.]+ s, [0-9]+ times what the baseline"
like "and what it may be" "$text" "an endless loop, or far slower"
