#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

cat >"$T/solution.py" <<'EOF'
def run(ctx, data):
    raise ValueError("\x1b[2Jgone\x1b]0;title\x07")
EOF
run labctl run "$TOP/tests/fixtures/count" --try "$T/solution.py"
text=$(tr -s '\n ' ' ' <"$T/stdout")
is "the answer is no" "$status" 1
like "the words are there" "$text" "ValueError: \[2Jgone \]0;title"
unlike "no escape reaches the terminal" "$out" $'\x1b'
