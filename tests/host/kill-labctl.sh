#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
# timeout: 120
. "$(dirname "$0")/../lib.sh"

# Whatever the moment: after kill -9, the next command leaves nothing behind.
killed=0
for delay in $(seq 0 40); do
	"$LABCTL" exec --memory 64M --pids 32 --cpu 1 sh -c "(setsid sleep 61.7 &); sleep 61.7" >/dev/null 2>&1 & # bounded: the guest to be killed
	labctl=$!
	# from before the first system call to well after exec: 0 to 12 ms
	perl -e 'select undef, undef, undef, $ARGV[0] * 0.0003' "$delay"
	kill -9 $labctl && killed=$((killed + 1))
	wait $labctl 2>/dev/null
done
ok "it was killed at many moments ($killed)" [ $killed -ge 35 ]

# On a busy machine the last of them had made nothing yet. One that has its sandbox for certain:
"$LABCTL" exec --memory 64M sh -c 'echo up; sleep 61.7' >"$T/up" 2>/dev/null & # bounded: it is killed
labctl=$!
ok "one more runs" wait_for 10 grep -q up "$T/up"
kill -9 $labctl
wait $labctl 2>/dev/null
gone() { ! pgrep -fx 'sleep 61.7' >/dev/null; }
ok "every process is gone by itself" wait_for 5 gone
run labctl exec true
is "the next command works" "$status" 0
like "and says what it found" "$err" "cleared away what a killed labctl left: exec\.[0-9]+-[0-9]+"
run labctl gc
is "and nothing is left to gc" "$out" "nothing was left over"
