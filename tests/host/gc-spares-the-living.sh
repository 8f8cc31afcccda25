#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

mkfifo "$T/hold"
labctl exec --memory 64M sh -c 'echo up; read line; echo still here' <"$T/hold" >"$T/out" &
exec 9>"$T/hold"
wait_for 10 grep -q up "$T/out"
# Killed as soon as the first of its groups is there, in the middle of its set-up.
groups() {
	local name
	name=$(our_cgroup_name)
	find /sys/fs/cgroup/"$name" /sys/fs/cgroup/*/"$name" -mindepth 1 -maxdepth 1 -name 'exec.*' \
		-printf '%f\n' 2>/dev/null | sort -u | wc -l
}
"$LABCTL" exec --memory 64M sleep 60 & # bounded: it is killed
victim=$!
began() { [ "$(groups)" = 2 ]; }
wait_for 10 began
kill -9 $victim
wait $victim 2>/dev/null
run labctl gc
is "the dead one is removed, and it alone" "$(grep -cE '^removed exec\.[0-9]+-[0-9]+$' <<<"$out")" 1
exec 9>&-
wait
like "the living one went on" "$(cat "$T/out")" "still here"
