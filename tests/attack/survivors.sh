#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# A process of its own session, with no parent and deaf to signals, that outlives the run.
. "$(dirname "$0")/lib.sh"

mark=survivor-$RANDOM$RANDOM
found() {
	grep -lsaE "[${mark:0:1}]${mark:1}" /proc/[0-9]*/cmdline
}

box -- /attack/swarm survive $mark
like "it is on its own" "$out" "^worked"
is "and dies with its sandbox" "$(found)" ""

"$attack/swarm" survive $mark >/dev/null
like "control: outside it lives on" "$(found)" "^/proc/[0-9]+/cmdline"
for survivor in $(found); do
	survivor=${survivor#/proc/}
	kill -9 "${survivor%/cmdline}"
done
