#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:base image:redis
# timeout: 240
# kill -9 while packages are unpacked, while scripts run, while the layer is made: no image, no
# layer, and the next build works and leaves nothing of the killed ones.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/base-image.sh"

cp -r "$TOP/images/redis" "$T/data/images/"
cp "$SHARED_STATE"/locks/redis-*.lock "$LABCTL_ROOT/lib/locks/" 2>/dev/null || true
stage=$LABCTL_ROOT/lib/stage/redis
layers=$(ls "$LABCTL_ROOT/lib/layers")

killed_when() { # WHAT CONDITION...
	"$LABCTL" image build redis >/dev/null 2>&1 & # not the function: its shell would be killed
	local pid=$!
	wait_for 60 "${@:2}" || echo "# never came: $1"
	kill -9 $pid
	wait $pid 2>/dev/null
	is "killed while $1: no layer" "$(ls "$LABCTL_ROOT/lib/layers")" "$layers"
	ok "killed while $1: no image" test ! -e "$LABCTL_ROOT/lib/images/redis"
	ok "killed while $1: its children ended too" wait_for 20 no_children
}

no_children() {
	local dir
	for dir in /proc/[0-9]*/cwd /proc/[0-9]*/root; do
		case $(readlink "$dir" 2>/dev/null) in "$LABCTL_ROOT"*) return 1 ;; esac
	done
	! grep -al "$stage" /proc/[0-9]*/mountinfo 2>/dev/null | grep -q .
}

killed_when "packages are unpacked" test -e "$stage/tree/upper/usr"
killed_when "scripts run" grep -q "Setting up" "$LABCTL_ROOT/lib/logs/image-redis.log"
: >"$LABCTL_ROOT/lib/logs/image-redis.log"
run labctl gc
like "labctl gc clears it away" "$out" "removed half-made layer redis"
is "all of it" "$(ls "$LABCTL_ROOT/lib/stage")" lock
killed_when "the last script runs" grep -q "Setting up redis-server" "$LABCTL_ROOT/lib/logs/image-redis.log"
run labctl image build redis
is "the next build works" "$status" 0
is "and makes what it always makes" "$(head -1 "$LABCTL_ROOT/lib/images/redis")" "$(head -1 "$SHARED_STATE/images/redis")"
is "nothing is left of the killed ones" "$(ls "$LABCTL_ROOT/lib/stage")" lock
