#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:base
# A set-up step that fails: its last words, where the rest is, and nothing left behind.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/base-image.sh"

child broken 'steps:' '  - echo before' '  - echo "the disk is upside down"; exit 7' '  - echo never'
layers=$(ls "$LABCTL_ROOT/lib/layers")
run labctl image build broken
is "exit 5: the guest's fault" "$status" 5
like "which image" "$err" "image broken: it ended with status 1"
like "its last words" "$err" "the disk is upside down"
like "which step" "$err" "this step ended with status 7: echo"
unlike "no later step ran" "$err" "never"
like "where all of it stands" "$err" "try: all that it said is in '.*/logs/image-broken.log'"
ok "it does" grep -qx before "$LABCTL_ROOT/lib/logs/image-broken.log"
is "no layer was made" "$(ls "$LABCTL_ROOT/lib/layers")" "$layers"
is "nothing half-built is left" "$(ls "$LABCTL_ROOT/lib/stage")" lock
run labctl image show broken
is "there is no such image" "$status" 3

child broken 'steps:' '  - echo mended > /etc/state'
ok "mended, it builds" labctl image build broken
