#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
. "$(dirname "$0")/../lib.sh"

run labctl run
is "no exercise: exit 2" "$status" 2
like "says what to name" "$err" "name an exercise"

run labctl run algoritm
is "an unknown exercise: exit 2 or 3" "$((status == 2 || status == 3))" 1
like "names the nearest" "$err" "algorithm"

run labctl run algorithm --variant memoized
like "an unknown variant names the nearest" "$err" "memoised"

run labctl run ffi --variant numba
like "one like no other: those that there are" "$err" "the variants are: baseline, .*rust"
is "and none of the hidden, wrong answers" "$(grep -c overread "$T/stderr")" 0

run labctl run algorithm --size huge
is "an unknown size: exit 2" "$status" 2

run labctl run algorithm --all
like "--all and a name contradict" "$err" "not both"

run labctl run algorithm --aa --variant table
is "--aa is for the baseline alone" "$status" 2

run labctl run algorithm --try "$T/missing.py"
like "a missing file is named" "$err" "$T/missing.py.*No such file"
like "and where to get one" "$err" "labctl exercise start"

run labctl run algorithm --try "$T"
is "a folder is not a file to try" "$status" 2
like "says so" "$err" "is not a file"

touch "$T/private.py"
chmod 600 "$T/private.py"
run labctl run algorithm --try "$T/private.py"
is "a file that the guest cannot read: exit 2" "$status" 2
like "and the cure" "$err" "chmod a[+]r"

run labctl run algorithm --json "$T/none/record.json"
is "no folder for the record: refused before measuring" "$status" 2
like "the folder is named" "$err" "$T/none.*No such file"

mkfifo "$T/pipe"
run labctl run algorithm --json "$T/pipe"
like "a record takes the place of files only" "$err" "is not a file"

run labctl run algorithm --cpu 1000
is "more CPUs than there are: the host's fault" "$status" 4
like "and the cure" "$err" "lower the limit with --cpu"
