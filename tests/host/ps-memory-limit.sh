#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:redis
#
# A service that the lab's memory limit kills: the user is told which, the limit and who held what.
. "$(dirname "$0")/../lib.sh"

at_exit labctl down --all
ok "up" labctl up ada --with redis --memory 64M
labctl exec --lab ada -- python3 -c "
import redis
r = redis.Redis()
r.config_set('maxmemory', 0)
try:
    for i in range(1000): r.set(i, 'x' * 1000000)
except redis.ConnectionError: pass"
ended() { labctl ps ada | grep -q 'redis ended'; }
ok "ps shows its end" wait_for 10 ended
run labctl ps ada
like "which limit" "$out" "out of memory; the lab's limit of 64.0 MiB"
like "who held what" "$out" "redis had held up to [0-9.]+ MiB"
ok "a reset starts it again" labctl reset ada
is "and it answers" "$(labctl exec --lab ada -- python3 -c 'import redis; print(redis.Redis().ping())')" True
