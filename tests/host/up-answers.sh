#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:postgres image:redis image:memcached
#
# Every service answers a client in the workspace as soon as `up` returns.
. "$(dirname "$0")/../lib.sh"

at_exit labctl down --all
run labctl up ada --with postgres,redis,memcached
is "up succeeds" "$status" 0
like "and says that they answer" "$out" "^lab ada is up .*: postgres, redis, memcached answer$"

cat >"$T/ask.py" <<'PY'
import json, os, psycopg, redis
from pymemcache.client.base import Client
at = json.loads(os.environ["LABCTL_SERVICES"])
with psycopg.connect(**at["postgres"]) as c:
    print("postgres", c.execute("select 6 * 7").fetchone()[0])
print("redis", redis.Redis(**at["redis"]).incr("n"))
print("memcached", Client((at["memcached"]["host"], at["memcached"]["port"])).set("k", "v"))
PY
run labctl exec --lab ada -- python3 -c "$(cat "$T/ask.py")"
is "clients in the workspace reach all three" "$out" $'postgres 42\nredis 1\nmemcached True'

run labctl ps ada
like "ps: postgres answers" "$out" "postgres +answers"
like "ps: redis answers" "$out" "redis +answers"
like "ps: memcached answers" "$out" "memcached +answers"
