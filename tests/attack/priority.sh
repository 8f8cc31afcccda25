#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# Before all others: real-time priority, or a better nice value. Where labctl itself may have them,
# as under a system service or with limits of PAM's, the guest may not.
. "$(dirname "$0")/lib.sh"

for limits in '' 'prlimit --rtprio=99 --nice=40'; do
	# shellcheck disable=SC2086
	if [ -n "$limits" ] && ! $limits true 2>/dev/null; then
		skip "with limits raised" "limits cannot be raised here"
		continue
	fi
	# shellcheck disable=SC2086
	run $limits "$LABCTL" exec --rootfs "$rootfs" -- /attack/kernel real-time
	refused "no real-time priority${limits:+, by limits}" "not permitted"
	# shellcheck disable=SC2086
	run $limits "$LABCTL" exec --rootfs "$rootfs" -- /attack/kernel nicer
	refused "no better nice value${limits:+, by limits}" "denied|not permitted"
done

if chrt -f 1 true 2>/dev/null; then
	control "outside: real-time" "$attack/kernel" real-time
else # as in a control group that was given no real-time share
	skip "control: outside: real-time" "this host gives it to nobody here"
fi
control "outside: nice" "$attack/kernel" nicer
