#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

cat >"$T/solution.py" <<'EOF'
import os


def run(ctx, data):
    print("leaving", flush=True)
    os._exit(3)
EOF
run labctl run "$TOP/tests/fixtures/count" --try "$T/solution.py"
text=$(tr -s '\n ' ' ' <"$T/stdout")
is "the answer is no" "$status" 1
like "names the status" "$text" "try: failed: it exited with status 3 before it gave a result"
like "and its last words" "$text" "last words: leaving"
