#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:base
# image rm and gc: what is named or in use stays, the rest goes.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/base-image.sh"

layers() {
	ls "$LABCTL_ROOT/lib/layers" | wc -l
}

child one 'steps:' '  - echo 1 > /etc/state'
labctl image build one >/dev/null 2>&1
first=$(head -1 "$LABCTL_ROOT/lib/images/one")
child one 'steps:' '  - echo 2 > /etc/state'
labctl image build one >/dev/null 2>&1
is "the earlier build is still here" "$(layers)" 3
run labctl image diff "${first:0:12}" one
is "and can be compared: exit 1, they differ" "$status" 1
like "in a file" "$out" "0 added, 0 removed, 1 changed"

run labctl image rm base
is "a parent cannot be removed: exit 3" "$status" 3
like "why" "$err" "the image 'base' is the parent of 'one'"

run labctl image gc --dry-run
like "gc would take the earlier build" "$out" "would remove image one ${first:0:12}"
is "a dry run removes nothing" "$(layers)" 3
mkfifo "$T/begun"
"$LABCTL" exec --image "$first" -- sh -c 'echo; exec sleep 1000' >"$T/begun" 2>/dev/null &
pid=$!
read -r <"$T/begun" # it runs
run labctl image gc
like "a layer in use stays" "$out" "kept layer [0-9a-f]{12}: a sandbox uses it"
kill $pid
wait $pid 2>/dev/null
run labctl image gc
is "then it goes" "$(layers)" 2
run labctl image rm one base
is "both at once can be removed" "$status-$(layers)" "0-0"
run labctl image rm one
is "a second time there is none: exit 3" "$status" 3
