#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:toolchain
# timeout: 150
. "$(dirname "$0")/../lib.sh"

pairs=$TOP/tests/fixtures/pairs
labctl exercise start "$pairs" "$T/desk" >/dev/null
cp "$pairs/variants/compiled.py" "$T/desk/solution.py"
sed 's/return found;/for (;;) found++;/' "$pairs/variants/kernel.c" >"$T/desk/kernel.c"
echo "/* never built before: $T */" >>"$T/desk/kernel.c"
run labctl run "$pairs" --try "$T/desk/solution.py"
text=$(tr -s '\n ' ' ' <"$T/stdout")
is "the answer is no" "$status" 1
like "says what is being compiled" "$err" "^pairs: building kernel.c"
like "says what it waits for" "$err" "try under a sanitizer, [0-9]+ s"
like "and that it waited in vain" "$err" "no result within [0-9.]+ s under a sanitizer"
like "the loop is named" "$text" "try: failed: no result within .* an endless loop, or far slower"
