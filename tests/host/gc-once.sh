#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
# timeout: 180
#
# kill -9 in the middle of setting up: init outlives labctl by a moment, and holds its slot. One gc
# removes all, at whatever moment it comes.
. "$(dirname "$0")/../lib.sh"
exec 2>/dev/null # bash says of each that it was killed

groups() {
	local name
	name=$(our_cgroup_name)
	find /sys/fs/cgroup/"$name" /sys/fs/cgroup/*/"$name" -mindepth 1 -type d 2>/dev/null
}

left=0 found=0
for i in $(seq 0 79); do
	"$LABCTL" exec --memory 64M --pids 32 --cpu 1 sleep 61.9 >/dev/null 2>&1 & # bounded: it is killed
	victim=$!
	# 0 to 16 ms: set-up takes some four.
	perl -e 'select undef, undef, undef, $ARGV[0] * 0.0002' "$i"
	kill -9 $victim
	# Not waited for first: a zombie is as dead.
	"$LABCTL" gc >"$T/gc" || report 1 "gc after $i" "$(cat "$T/gc")"
	! grep -q '^removed exec' "$T/gc" || found=$((found + 1))
	[ -z "$(groups)" ] || left=$((left + 1))
	wait $victim 2>/dev/null
done
is "one gc leaves nothing, 80 times" "$left" 0
ok "there was something to remove ($found)" [ $found -ge 1 ]
