#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

cat >"$T/solution.py" <<'EOF'
def run(ctx, data):
    return {word: 1 for word in data["words"]}
EOF
run labctl run "$TOP/tests/fixtures/count" --try "$T/solution.py"
text=$(tr -s '\n ' ' ' <"$T/stdout")
is "the answer is no" "$status" 1
like "names the difference" "$text" "try: wrong: result\[.[0-9]+.\]: expected [0-9]+, got 1"
unlike "a wrong answer has no ratio" "$out" "^try +[0-9]"
