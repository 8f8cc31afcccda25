#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

cat >"$T/solution.py" <<'EOF'
import os


def run(ctx, data):
    while True:
        os.fork()
EOF
run labctl run "$TOP/tests/fixtures/count" --try "$T/solution.py"
text=$(tr -s '\n ' ' ' <"$T/stdout")
is "the answer is no" "$status" 1
like "the limit is named" "$text" "as many processes and threads as the limit allows"

# One that hides the refusal never ends.
cat >"$T/solution.py" <<'EOF'
import os


def run(ctx, data):
    while True:
        try:
            os.fork()
        except OSError:
            pass
EOF
run labctl run "$TOP/tests/fixtures/count" --try "$T/solution.py"
text=$(tr -s '\n ' ' ' <"$T/stdout")
is "so is this one's" "$status" 1
like "beside the time, the limit" "$text" "endless loop, or far slower; it had as many processes"
