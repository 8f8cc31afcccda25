#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

cat >"$T/solution.py" <<'EOF'
import ctypes


def run(ctx, data):
    return ctypes.string_at(0)
EOF
run labctl run "$TOP/tests/fixtures/count" --try "$T/solution.py"
text=$(tr -s '\n ' ' ' <"$T/stdout")
is "the answer is no" "$status" 1
like "names the signal" "$text" "try: failed: killed by SIGSEGV"
like "and the line" "$text" "crashed in solution.py, line 5 in run"
