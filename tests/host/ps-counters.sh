#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:postgres image:redis image:memcached
#
# The services' own counters, as JSON.
. "$(dirname "$0")/../lib.sh"

at_exit labctl down --all
ok "up" labctl up ada --with postgres,redis,memcached
labctl exec --lab ada -- python3 -c "
import psycopg, redis
from pymemcache.client.base import Client
with psycopg.connect() as c:
    for _ in range(7): c.execute('select 1 as seven_times')
redis.Redis().get('k')
Client(('127.0.0.1', 11211)).get('k')"
counter() {
	labctl ps --json --counters ada | python3 -c "
import json, sys
s = {x['name']: x['counters'] for x in json.load(sys.stdin)[0]['services']}
print($1)"
}
is "pg_stat_statements" "$(counter "[x['calls'] for x in s['postgres']['statements'].values()
	if 'seven_times' in x['query']]")" "[7]"
is "INFO" "$(counter "s['redis']['keyspace_misses']")" 1
is "stats" "$(counter "s['memcached']['get_misses']")" 1
is "memory of the whole lab holds that of its parts" "$(labctl ps --json ada | python3 -c '
import json, sys
lab = json.load(sys.stdin)[0]
parts = [s["usage"]["anon_bytes"] for s in lab["services"]]
print(min(parts) > 0 and lab["usage"]["anon_bytes"] >= max(parts) and lab["usage"]["file_bytes"] > 0)')" True
