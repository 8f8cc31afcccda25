#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:postgres image:redis
# timeout: 120
#
# kill -9 of `labctl up` at any moment: what it began is finished or can be cleared away.
. "$(dirname "$0")/../lib.sh"

at_exit labctl down --all
for delay in 0 0.01 0.03 0.06 0.1 0.2; do
	{ timeout -s KILL "$delay" "$LABCTL" up ada --with postgres,redis || :; } >/dev/null 2>&1
	labctl up ada --with postgres,redis >/dev/null 2>"$T/err" ||
		grep -q "is up already" "$T/err" || report 1 "up after kill at $delay s" "$(cat "$T/err")"
	run labctl exec --lab ada -- python3 -c "import redis; print(redis.Redis().ping())"
	is "killed after $delay s: the lab works" "$out" True
	ok "and goes down" labctl down ada
done
