#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:base image:redis
# timeout: 120
# The disk is full while packages are unpacked, and while a step runs: said so, nothing left.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/base-image.sh"

mkdir "$T/small"
mount -t tmpfs -o size=10m labctl-test "$T/small"
at_exit umount "$T/small"
[ ! -d "$SHARED_STATE/locks" ] || cp -r "$SHARED_STATE/locks" "$T/small"
mkdir -p "$T/small/lib"
ln -s "$SHARED_STATE/cache" "$T/small/lib/cache"
LABCTL_ROOT=$T/small run labctl image build base
is "while unpacking: exit 4" "$status" 4
like "what could not be written, and why" "$err" "unpack pool/.*No space left on device"
is "nothing half-built is left" "$(ls "$T/small/lib/stage")" lock
is "no layer either" "$(ls "$T/small/lib/layers" 2>/dev/null)" ""

child big 'steps:' '  - head -c 60M /dev/zero > /big'
mount -o remount,size=20m "$T/small"
mkdir "$T/small/stage"
ln -s "$T/small/stage" "$LABCTL_ROOT/lib/stage"
run labctl image build big
is "while a step runs: exit 5" "$status" 5
like "the step says so" "$err" "No space left on device"
is "nothing half-built is left then" "$(ls "$T/small/stage")" lock
