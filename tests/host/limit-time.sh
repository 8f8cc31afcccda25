#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

begun=${EPOCHREALTIME/./}
run labctl exec --time 300ms sleep "$(at_most 60)"
took=$(((${EPOCHREALTIME/./} - begun) / 1000))
is "out of time is exit 124" "$status" 124
like "the limit is named" "$err" "killed: ran longer than its limit of 300 ms"
ok "not before" [ $took -ge 300 ]
ok "and long before it would have ended ($took ms)" [ $took -lt "$(at_most 30)000" ]

run labctl exec --time 300ms sh -c 'trap "" TERM INT HUP; while :; do :; done'
is "a loop that hears no signal" "$status" 124

run labctl exec --time 300ms sh -c 'kill -STOP $$'
is "a process that stops itself" "$status" 124

run labctl exec --time 300ms sh -c '(setsid sleep 60 &) ; (sleep 60 &); echo started; sleep 60' # bounded by --time
is "one that leaves others behind" "$status/$out" 124/started

run labctl exec --time 60s true
is "within its time nothing is said" "$status/$err" 0/

# A reader that does not read must not stop the clock.
mkfifo "$T/fifo"
exec 8<>"$T/fifo" # open for reading, and never read
"$LABCTL" exec --time 300ms --output 100M yes "labctl-test-$$" >"$T/fifo" 2>"$T/err" 8<&- &
stalled=$!
inside() { pgrep -fx "yes labctl-test-$$" >/dev/null; }
wait_for 5 inside
ended() { ! inside; }
ok "a stalled reader does not stop the clock" wait_for 5 ended
over() { ! kill -0 $stalled; }
ok "nor is it waited for much longer than the limit" wait_for 5 over
wait $stalled
is "... and labctl's status is that of the limit" $? 124
like "... and it says that output was lost" "$(cat "$T/err")" "nobody read the last of its output"
exec 8<&-

# Without a limit that passed, a slow reader is none of labctl's business.
run bash -c "'$LABCTL' exec --output 1M sh -c 'head -c 300000 /dev/zero' | { sleep 1.5; wc -c; }" # bounded: the reader to wait for
is "a reader that takes its time gets it all" "$out" 300000
