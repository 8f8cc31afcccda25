#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

cat >"$T/solution.py" <<'EOS'
import itertools

count = itertools.count(1)


def handle(ctx, request):
    below = int(request.path.split("/")[-1])
    return "0" if next(count) % 20 == 0 else str(below * (below - 1) // 2)
EOS
run labctl run "$TOP/tests/fixtures/pages" --try "$T/solution.py"
is "the answer is no" "$status" 1
like "one wrong answer in twenty is caught" "$(tr -s '\n ' ' ' <"$T/stdout")" "try: wrong: GET /sum/[0-9]+: expected [0-9]+, got 0"
