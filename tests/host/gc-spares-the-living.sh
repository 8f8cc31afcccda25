#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

mkfifo "$T/hold"
labctl exec --memory 64M sh -c 'echo up; read line; echo still here' <"$T/hold" >"$T/out" &
exec 9>"$T/hold"
wait_for 10 grep -q up "$T/out"
# Killed while it still sets up, its init would hold the slot for a moment longer.
"$LABCTL" exec --memory 64M sh -c 'echo up; exec sleep 60' >"$T/victim" &
victim=$!
wait_for 10 grep -q up "$T/victim"
kill -9 $victim
wait $victim 2>/dev/null
run labctl gc
is "the dead one is removed, and it alone" "$(grep -cE '^removed exec\.[0-9]+-[0-9]+$' <<<"$out")" 1
exec 9>&-
wait
like "the living one went on" "$(cat "$T/out")" "still here"
