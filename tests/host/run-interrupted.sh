#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

# Ctrl-C during a run: what was measured so far is reported.
"$LABCTL" run "$TOP/tests/fixtures/count" --budget 60s --precision 0.1% >"$T/out" 2>"$T/err" &
pid=$!
ok "the first blocks are done" wait_for 30 grep -qE "([3-9]|[0-9]{2}) of" "$T/err"
kill -INT $pid
wait $pid
is "ends well" $? 0
like "says that it was interrupted" "$(tr -s '\n ' ' ' <"$T/out")" "stopped because it was interrupted"
