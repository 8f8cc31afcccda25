#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
# timeout: 120
. "$(dirname "$0")/../lib.sh"

cp -r "$TOP/tests/fixtures/count" "$T/broken"
sed -i 's/^def make.*/&\n    raise ValueError("no words")/' "$T/broken/workload.py"

run labctl run "$T/broken" "$TOP/tests/fixtures/count" --budget 3s
is "one exercise fails: the exit status says so" "$status" 3
like "why" "$err" "exercise .*broken': .*no words"
like "the others go on" "$out" "^count +baseline"
like "and the table has both" "$out" "^.*broken .*failed: .*no words"
like "the end counts them" "$err" "1 of 2 exercises failed"

# Ctrl-C ends the whole of it.
"$LABCTL" run "$TOP/tests/fixtures/count" "$T/broken" --budget 60s --precision 0.1% >"$T/out" 2>"$T/err" &
pid=$!
ok "the first blocks are done" wait_for 30 grep -q " of .* blocks" "$T/err"
kill -INT $pid
wait $pid
is "ends well" $? 0
unlike "and begins no other" "$(cat "$T/err")" "no words"
