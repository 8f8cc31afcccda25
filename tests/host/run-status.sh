#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
# timeout: 150
. "$(dirname "$0")/../lib.sh"

# The exit status says whether variants ended as exercise.yaml expects, whatever their speed.
cp -r "$TOP/tests/fixtures/count" "$T/count"
run labctl run "$T/count" --variant guess --budget 1s
is "a wrong answer that is refused: as expected" "$status" 0

run labctl run "$T/count" --variant dictionary,guess --budget 1s
is "with a right one beside it: as expected too" "$status" 0

cp "$T/count/variants/dictionary.py" "$T/count/variants/guess.py"
run labctl run "$T/count" --variant guess --budget 1s
is "a wrong answer that passes" "$status" 1
like "is named" "$err" "warning: variant 'guess' of 'count': expected wrong, found "

echo 'def run(ctx, data): return {}' >"$T/count/variants/dictionary.py"
run labctl run "$T/count" --budget 1s
is "a right variant that is wrong" "$status" 1
like "is named" "$err" "warning: variant 'dictionary' of 'count': expected faster, found wrong"

echo 'def run(ctx, data): raise ValueError("no")' >"$T/count/variants/dictionary.py"
run labctl run "$T/count" "$TOP/tests/fixtures/count" --budget 1s
is "one that fails, in one of several exercises" "$status" 1

cp "$T/count/variants/baseline.py" "$T/count/variants/dictionary.py"
run labctl run "$T/count" --budget 1s
is "one that is no faster: that is for exercise check" "$status" 0
