#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
# Names and options that make no build, and what a build would do.
. "$(dirname "$0")/../lib.sh"

run labctl image build pyhton
is "no such image: exit 3" "$status" 3
like "the nearest" "$err" "did you mean 'python'"
run labctl image build --locked --relock python
is "options that contradict each other: exit 2" "$status" 2
run labctl image build --dry-run redis
is "a dry run: exit 0" "$status" 0
like "says what it would build" "$out" "^redis +planned +its parent is built"
like "and why" "$out" "^base +planned +it is not there"
is "and builds nothing" "$(ls "$LABCTL_ROOT/lib" 2>/dev/null)" ""
