#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
# timeout: 180
. "$(dirname "$0")/../lib.sh"

cat >"$T/solution.py" <<'EOF'
import time

time.sleep(10000)
EOF
run labctl run "$TOP/tests/fixtures/count" --try "$T/solution.py"
text=$(tr -s '\n ' ' ' <"$T/stdout")
is "the answer is no" "$status" 1
like "says that it waits, and where" "$text" \
	"not ready within [0-9]+ s, after [0-9.]+ m?s of CPU time: what does it wait for, at import or in setup\(\)\?"
