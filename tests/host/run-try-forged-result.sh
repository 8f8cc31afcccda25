#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

cat >"$T/solution.py" <<'EOF'
# Sends a result of its own before the work is done: it is judged like any other.
import os


def run(ctx, data):
    os.write(60, b"O\x02\x00\x00\x00{}")
    return {}
EOF
run labctl run "$TOP/tests/fixtures/count" --try "$T/solution.py"
text=$(tr -s '\n ' ' ' <"$T/stdout")
is "the answer is no" "$status" 1
like "what it sent is wrong" "$text" "try: wrong: result has no"
