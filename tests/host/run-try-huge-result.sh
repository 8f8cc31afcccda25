#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

cat >"$T/solution.py" <<'EOF'
# Descriptor 60 is where the harness keeps its channel: it announces an answer of 4 GiB.
import os


def run(ctx, data):
    os.write(60, b"O\xff\xff\xff\xff")
    while True:
        os.write(60, b"x" * 65536)
EOF
run labctl run "$TOP/tests/fixtures/count" --try "$T/solution.py"
text=$(tr -s '\n ' ' ' <"$T/stdout")
is "the answer is no" "$status" 1
like "says what is too much" "$text" "its answer has 4.0 GiB; at most 64.0 MiB"
