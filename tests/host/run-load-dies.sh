#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

cat >"$T/solution.py" <<'EOS'
import itertools
import os

count = itertools.count(1)


def handle(ctx, request):
    if next(count) > 30:
        os._exit(7)
    return "0"
EOS
run labctl run "$TOP/tests/fixtures/pages" --try "$T/solution.py"
is "the answer is no" "$status" 1
like "says how it ended" "$(tr -s '\n ' ' ' <"$T/stdout")" "try: failed: it exited with status 7"
