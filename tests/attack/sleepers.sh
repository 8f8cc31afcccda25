#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# Sleep for ever, deaf to signals; or stop, so that no time of its own passes.
. "$(dirname "$0")/lib.sh"

for how in sleep stop; do
	begun=${EPOCHREALTIME/./}
	box --time 200ms -- /attack/swarm $how
	ended "$how: ended by the limit" 124 "longer than its limit of 200 ms"
	ok "... before anything else would have" [ $((${EPOCHREALTIME/./} - begun)) -lt "$(at_most 30)000000" ]
	run timeout -s KILL 0.5 "$attack/swarm" $how
	is "control: outside it stays until it is killed" "$status" 137
done
