#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:toolchain
. "$(dirname "$0")/../lib.sh"

rm -f "$LABCTL_ROOT/lib/built" # what others built stays theirs
mkdir "$LABCTL_ROOT/lib/built"
cp -r "$TOP/tests/fixtures/pairs" "$T/pairs"
# The output is there, and the command goes on for as long as the file `hold` is.
sed -i 's/kernel.c\]/kernel.c, hold]/; s/^ \+- gcc -O2.*/&; while grep -q 1 hold; do sleep 0.1; done/' "$T/pairs/exercise.yaml" # bounded by its limit of time
echo 1 >"$T/pairs/hold"

builds() { # of these with this ending
	find "$LABCTL_ROOT/lib/built" -mindepth 1 -maxdepth 1 -type d -name "*$1" | wc -l
}

some_build() {
	[ "$(builds .tmp)" = 1 ]
}

"$LABCTL" run "$T/pairs" --budget 1s >"$T/log" 2>&1 &
victim=$!
ok "a build is under way" wait_for 20 some_build
kill -KILL $victim
wait $victim 2>/dev/null
is "nothing half made has a name" "$(builds "[0-9a-f]")" 0

echo 0 >"$T/pairs/hold"
"$LABCTL" run "$T/pairs" --budget 1s --json "$T/one.json" >"$T/one" 2>&1 &
first=$!
"$LABCTL" run "$T/pairs" --budget 1s --json "$T/two.json" >"$T/two" 2>&1 &
second=$!
ok "of two at once the first has it" wait $first
ok "and the second" wait $second
is "built once between them" "$(builds "[0-9a-f]")" 1
is "one of them built it, one found it" \
	"$(cat "$T/one.json" "$T/two.json" | tr -d ' \n' | grep -o '"cached":true' | wc -l)" 1
run labctl gc
is "what the kill left is cleared away" "$(builds .tmp)" 0
