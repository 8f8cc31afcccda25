#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:toolchain
# timeout: 120
. "$(dirname "$0")/../lib.sh"

pairs=$TOP/tests/fixtures/pairs
mkdir "$T/desk"
cp "$pairs/variants/compiled.py" "$T/desk/solution.py"
sed 's/found = 0/found = *(volatile int *)8/' "$pairs/variants/kernel.c" >"$T/desk/kernel.c"
run labctl run "$pairs" --try "$T/desk/solution.py" --budget 30s --precision 50% --variant compiled --json "$T/record.json"
text=$(tr -s '\n ' ' ' <"$T/stdout")
is "the answer is no" "$status" 1
like "the sanitizer names the line in C" "$text" "try: failed: .*foreign code touched memory.* SEGV at kernel.c:5 in pairs"
like "the others go on" "$(python3 "$TOP/tests/fixtures/verdicts.py" "$T/record.json")" "^compiled right"

cp -r "$pairs" "$T/trusting"
sed -i '/^  sanitize:/,+1d' "$T/trusting/exercise.yaml"
run labctl run "$T/trusting" --try "$T/desk/solution.py" --budget 30s --precision 50% --variant compiled --json "$T/record.json"
text=$(tr -s '\n ' ' ' <"$T/stdout")
is "without a sanitizer the answer is no as well" "$status" 1
like "the signal, whose fault, and the line in Python" "$text" \
	"try: failed: killed by SIGSEGV \(Segmentation fault\): foreign code touched memory that is not its own; the interpreter crashed in solution.py, line 16 in run"
like "and the others go on" "$(python3 "$TOP/tests/fixtures/verdicts.py" "$T/record.json")" "^compiled right"

sed -i 's/    pairs.restype/    pairs(None, 1)\n&/' "$T/desk/solution.py"
run labctl run "$T/trusting" --try "$T/desk/solution.py" --budget 30s --precision 50%
like "before run() that is said" "$(tr -s '\n ' ' ' <"$T/stdout")" \
	"in setup; run\(\) had not begun: look at the imports and at setup\(\)"
