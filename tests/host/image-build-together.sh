#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:base
# Two builds at once: one waits and says so, and then finds the work done.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/base-image.sh"

mkfifo "$T/go"
child slow 'steps:' '  - sleep 0.5; echo done > /etc/done'
labctl image build slow >"$T/first.out" 2>"$T/first.err" &
first=$!
wait_for 20 test -e "$LABCTL_ROOT/lib/stage/slow" || exit 1
run labctl image build slow
is "the second ends well" "$status" 0
like "having waited, and said so" "$err" "another labctl is building images: waiting"
like "it had nothing to do" "$out" "^slow +unchanged"
ok "so did the first" wait $first
like "which built" "$(cat "$T/first.out")" "^slow +built"
