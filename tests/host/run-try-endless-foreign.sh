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
run labctl run "$pairs" --try "$T/desk/solution.py" --json "$T/record.json"
text=$(tr -s '\n ' ' ' <"$T/stdout")
is "the answer is no" "$status" 1
like "says what is being compiled" "$err" "^pairs: building kernel.c"
like "says what it waits for" "$err" "try under a sanitizer, [0-9]+ s"
like "the loop is named, and what nobody knows" "$text" \
	"try: failed: its run under a sanitizer did not end within [0-9.]+ s, .* not known: an endless loop"
like "as an end of its own kind" "$(tr -s '\n ' ' ' <"$T/record.json")" '"ending": *"sanitizer-time"'
