#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

cat >"$T/solution.py" <<'EOF'
def run(ctx, data):
    hoard = []
    while True:
        hoard.append("x" * 1000000)
EOF
run labctl run "$TOP/tests/fixtures/count" --try "$T/solution.py"
text=$(tr -s '\n ' ' ' <"$T/stdout")
is "the answer is no" "$status" 1
like "names the limit" "$text" "try: failed: killed: out of memory at its limit of 64.0 MiB"
unlike "its own pressure is no disturbance" "$text" "Disturbed"
