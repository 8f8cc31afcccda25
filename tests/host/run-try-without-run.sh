#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

cat >"$T/solution.py" <<'EOF'
def solve(ctx, data):
    return {}
EOF
run labctl run "$TOP/tests/fixtures/count" --try "$T/solution.py"
text=$(tr -s '\n ' ' ' <"$T/stdout")
is "the answer is no" "$status" 1
like "says what is missing" "$text" "solution.py: it defines no function run\(\)"
