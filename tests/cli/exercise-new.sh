#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../lib.sh"

run labctl exercise new "$T/sorting"
is "writes a skeleton" "$status" 0
like "and how to go on" "$out" "labctl exercise check $T/sorting"
ok "with a manifest" test -s "$T/sorting/exercise.yaml"
like "under its own name" "$(cat "$T/sorting/README.md")" "labctl run sorting --variant baseline"
run labctl exercise show "$T/sorting"
is "which is an exercise" "$status" 0
cd "$T" || exit 1
run labctl exercise show sorting
is "by its bare name too, from the folder it is in" "$status" 0

echo mine >"$T/sorting/README.md"
run labctl exercise new "$T/sorting"
is "a folder that is there is refused" "$status" 2
is "and kept" "$(cat "$T/sorting/README.md")" mine
run labctl exercise new "$T/no such/x"
is "so is one that cannot be made" "$status" 2
run labctl exercise new "$T/-x"
like "a name that is none" "$err" "can be no exercise's name"
run labctl exercise new "$T/database"
like "a name that is taken" "$err" "labctl comes with an exercise 'database'"
sed -i 's/^title:.*/title: slow: very/' "$T/sorting/exercise.yaml"
run labctl exercise show "$T/sorting"
like "a colon where YAML reads one" "$err" "try: put a text with a colon"
run labctl exercise new
like "no name" "$err" "name a new folder"
run labctl exercise list
unlike "the skeleton itself is no exercise" "$out" skeleton
