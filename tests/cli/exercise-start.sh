#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../lib.sh"

run labctl exercise start algorithm "$T/mine"
is "lays out a folder" "$status" 0
ok "with the task" test -s "$T/mine/README.md"
ok "and the baseline as the file to edit" cmp "$T/mine/solution.py" "$TOP/exercises/algorithm/variants/baseline.py"
like "says how to measure it" "$out" "labctl run algorithm --try $T/mine/solution.py"

echo "# mine" >"$T/mine/solution.py"
run labctl exercise start algorithm "$T/mine"
is "a second time it refuses" "$status" 4
is "and keeps the student's work" "$(cat "$T/mine/solution.py")" "# mine"

labctl exercise new "$T/shop" >/dev/null
run labctl exercise start "$T/shop" "$T/desk"
like "of a folder, the command names the folder" "$out" "labctl run $T/shop --try $T/desk/solution.py"
run labctl exercise start "$T/desk" "$T/other"
like "a folder without an exercise" "$err" "'$T/desk' holds no exercise: it has no exercise.yaml"
run labctl exercise start "$T/nowhere" "$T/other"
like "a folder that is not there" "$err" "labctl exercise new $T/nowhere makes it"
