#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python fast
# timeout: 180
. "$(dirname "$0")/../lib.sh"

labctl exercise new "$T/shop" >/dev/null
sed -i 's/REPLACE: //' "$T"/shop/*.* "$T"/shop/variants/*

run labctl exercise check "$T/shop" --budget 30s
is "a finished skeleton keeps its promises" "$status" 0
like "its seeds" "$out" "^ok   12 seeds give 12 inputs, the same ones again$"
like "the wrong answer" "$out" "^ok   wrong answer 'unordered' is caught by 12 of 12 inputs$"
like "its sizes" "$out" "^ok   size large fits"
like "the faster one" "$out" "^ok   seen: expected faster, found faster, [0-9.]+ \\["
like "its instruments" "$out" "^ok   labctl explain shows: profile, memory$"

cp "$T/shop/variants/baseline.py" "$T/shop/variants/seen.py"
run labctl exercise check "$T/shop" --budget "$(at_most 4)s"
is "a broken promise: exit 1" "$status" 1
like "says which, and where" "$out" "^(FAIL|open) exercise.yaml:[0-9]+: seen: expected faster"
