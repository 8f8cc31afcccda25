#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
. "$(dirname "$0")/../lib.sh"

run labctl run "$TOP/tests/fixtures/count" --dry-run --seed 7
is "plans" "$status" 0
like "says the seed" "$out" "seed +7$"
like "and the order of the first blocks" "$out" "block 1, input 1: .*baseline'"
first=$out
run labctl run "$TOP/tests/fixtures/count" --dry-run --seed 7
is "the same seed plans the same" "$out" "$first"
run labctl run "$TOP/tests/fixtures/count" --dry-run --seed 8
not_ok "another seed plans otherwise" [ "$out" = "$first" ]
