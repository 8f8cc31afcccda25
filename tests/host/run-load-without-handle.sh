#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

cat >"$T/solution.py" <<'EOS'
def run(ctx, data):
    return 1
EOS
run labctl run "$TOP/tests/fixtures/pages" --try "$T/solution.py"
is "the answer is no" "$status" 1
like "says what is missing" "$(tr -s '\n ' ' ' <"$T/stdout")" "the file has no handle\(ctx, request\)"
