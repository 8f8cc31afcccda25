#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# What the kernel grants a user and not a process: watches, waiting signals, bytes in queues,
# terminals. A sandbox that takes all of it leaves its neighbours and the host's root without.
. "$(dirname "$0")/lib.sh"

takers=("inotifies 2000" "pending 300000" "queues 100")
n=0
for what in "${takers[@]}"; do
	n=$((n + 1))
	# shellcheck disable=SC2086
	hold greedy$n labctl exec --rootfs "$rootfs" --nofile 4096 -- /attack/swarm $what hold
done
for what in inotifies pending queues; do
	box -- /attack/swarm $what 3
	is "$what: a neighbour has some" "$status" 0
	control "and the host's root" "$attack/swarm" $what 3
done

# One user outside, and a user namespace of theirs.
as_user() { setpriv --reuid 60001 --regid 60001 --clear-groups "$@"; }
hold greedy setpriv --reuid 60001 --regid 60001 --clear-groups unshare -Ur "$attack/swarm" inotifies 2000 hold
run as_user "$attack/swarm" inotifies 3
refused "control: a namespace of a user's own takes all that the user has" "Too many open files"
