#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:toolchain
# timeout: 120
. "$(dirname "$0")/../lib.sh"

pairs=$TOP/tests/fixtures/pairs
labctl exercise start "$pairs" "$T/desk" >/dev/null
sed 's/return count;/return count/' "$pairs/start/kernel.c" >"$T/desk/kernel.c"
run labctl run "$pairs" --try "$T/desk/solution.py" --budget 30s --precision 50% --variant compiled --json "$T/record.json"
text=$(tr -s '\n ' ' ' <"$T/stdout")
is "the answer is no" "$status" 1
like "the compiler's words, with file and line" "$text" \
	"try: failed: does not build: kernel.c:7:[0-9]+: error: expected ‘;’ before ‘}’ token"
like "and its caret" "$out" '^ +\| +\^$'
like "the others go on" "$(python3 "$TOP/tests/fixtures/verdicts.py" "$T/record.json")" "^compiled right"
like "the record says what it was" "$(tr -d ' \n' <"$T/record.json")" '"ending":"build"'

rm "$T/desk/kernel.c"
run labctl run "$pairs" --try "$T/desk/solution.py" --budget 30s --precision 50%
is "a missing source is the caller's mistake" "$status" 2
like "which is named" "$err" "kernel.c.*No such file"
like "with a cure" "$err" "labctl exercise start"
