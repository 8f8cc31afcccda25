#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:toolchain
# timeout: 240
. "$(dirname "$0")/../lib.sh"

mkdir -p "$LABCTL_ROOT/lib"
rm -f "$LABCTL_ROOT/lib/built" # what others built stays theirs
mkdir "$LABCTL_ROOT/lib/built"
cp -r "$TOP/tests/fixtures/pairs" "$T/pairs"

# How often it was built by now, and what the record says of this run.
build() {
	run labctl run "$T/pairs" --budget 1s --json "$T/record.json" "$@"
	built=$(find "$LABCTL_ROOT/lib/built" -mindepth 1 -maxdepth 1 -type d | wc -l)
	cached=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["variants"][1]["build"]["cached"])' "$T/record.json")
}

build
is "it is built once" "$built $cached" "1 False"
like "with its time" "$out" "Built before measuring: compiled [0-9.]+ m?s\."
build
is "then it is kept" "$built $cached" "1 True"
like "and the report says so" "$out" "compiled [0-9.]+ m?s \(kept\)"
echo "/* another */" >>"$T/pairs/variants/kernel.c"
build
is "another source is another build" "$built $cached" "2 False"
sed -i 's/gcc -O2/gcc -O1/' "$T/pairs/exercise.yaml"
build
is "another command too" "$built $cached" "3 False"
build --memory 100M
is "and another limit" "$built $cached" "4 False"

echo "long pairs(" >"$T/pairs/variants/kernel.c"
run labctl run "$T/pairs" --budget 1s
like "what does not build is the variant's failure" "$out" "^ +compiled: failed: does not build"
is "nor kept" "$(find "$LABCTL_ROOT/lib/built" -mindepth 1 -maxdepth 1 -type d | wc -l)" 4

mkdir "$LABCTL_ROOT/lib/built/$(printf '%064d' 7).tmp"
run labctl gc
like "gc removes what was left half made" "$out" "removed build 0000"
is "and nothing else" "$(find "$LABCTL_ROOT/lib/built" -mindepth 1 -maxdepth 1 | wc -l)" 4
find "$LABCTL_ROOT/lib/built" -mindepth 1 -maxdepth 1 -exec touch -d '40 days ago' {} +
run labctl gc
is "but for what nobody asked for in a month" "$(ls "$LABCTL_ROOT/lib/built")" ""
