#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
# timeout: 180
. "$(dirname "$0")/../lib.sh"

cat >"$T/solution.py" <<'EOF'
while True:
    pass
EOF
run labctl run "$TOP/tests/fixtures/count" --try "$T/solution.py"
text=$(tr -s '\n ' ' ' <"$T/stdout")
is "the answer is no" "$status" 1
like "says where to look" "$text" "not ready within [0-9]+ s, after [0-9.]+ m?s of CPU time: an endless loop outside run\(\)"
