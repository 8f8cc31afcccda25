#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

cat >"$T/solution.py" <<'EOS'
def handle(ctx, request):
    return 1 // 0
EOS
run labctl run "$TOP/tests/fixtures/pages" --try "$T/solution.py"
text=$(tr -s '\n ' ' ' <"$T/stdout")
is "the answer is no" "$status" 1
like "counts what failed" "$text" "150 of 150 requests failed in the closed loop \(150 status not 2xx\)"
like "and says where" "$text" "GET /sum/[0-9]+ HTTP/1.1: status 500: solution.py:2: ZeroDivisionError"
