#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:toolchain
# timeout: 120
. "$(dirname "$0")/../lib.sh"

# Reads one number too many, and does not use it: the answer is right.
pairs=$TOP/tests/fixtures/pairs
mkdir "$T/desk"
cp "$pairs/variants/compiled.py" "$T/desk/solution.py"
sed 's/found += /found += j < count \&\& /; s/j < count;/j <= count;/' "$pairs/variants/kernel.c" |
	sed 's/j < count && numbers\[i\] < numbers\[j\]/(numbers[i] < numbers[j]) \& (j < count)/' >"$T/desk/kernel.c"
run labctl run "$pairs" --try "$T/desk/solution.py" --budget 30s --precision 50% --variant compiled --json "$T/record.json"
text=$(tr -s '\n ' ' ' <"$T/stdout")
is "the answer is no" "$status" 1
like "the sanitizer's words" "$text" \
	"try: failed: in a run under a sanitizer.* heap-buffer-overflow at kernel.c:9 in pairs \(READ of size 4\)"
like "the others go on" "$(python3 "$TOP/tests/fixtures/verdicts.py" "$T/record.json")" "^compiled right"

# The control: without the sanitizer it passes for right.
cp -r "$pairs" "$T/trusting"
sed -i '/^  sanitize:/,+1d' "$T/trusting/exercise.yaml"
run labctl run "$T/trusting" --try "$T/desk/solution.py" --budget 30s --precision 50% --json "$T/record.json"
like "without a sanitizer nobody notices" "$(python3 "$TOP/tests/fixtures/verdicts.py" "$T/record.json")" "^try right"
