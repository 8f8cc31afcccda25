#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:base
# Ctrl-C during a build: it ends at once, says so, and leaves nothing half-made.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/base-image.sh"

child slow 'steps:' '  - echo it has begun; sleep 1000' # bounded: what is interrupted
"$LABCTL" image build slow >"$T/stdout" 2>"$T/stderr" &
pid=$!
wait_for 20 grep -q "it has begun" "$LABCTL_ROOT/lib/logs/image-slow.log" || exit 1
begun=${EPOCHREALTIME/./}
kill -INT $pid
wait $pid
is "exit 4" $? 4
ok "long before the step would have ended" test $((${EPOCHREALTIME/./} - begun)) -lt "$(at_most 30)000000"
like "it says so" "$(cat "$T/stderr")" "the build was interrupted"
is "nothing half-built is left" "$(ls "$LABCTL_ROOT/lib/stage")" lock
ok "no image" test ! -e "$LABCTL_ROOT/lib/images/slow"
