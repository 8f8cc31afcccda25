#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

cat >"$T/solution.py" <<'EOF'
from collections import Counter


def run(ctx, data):
    return Counter(data["words"])
EOF
run labctl run "$TOP/tests/fixtures/count" --try "$T/solution.py" --budget "$(at_most 30)s"
is "yes, it is faster" "$status" 0
like "a ratio with its interval" "$out" "^try +[0-9.]+ \[[0-9.]+, [0-9.]+\] .* faster$"
