#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:postgres image:redis
#
# A reset brings the services back to their beginning, and leaves the home alone.
. "$(dirname "$0")/../lib.sh"

at_exit labctl down --all
ok "up" labctl up ada --with postgres,redis
sql() { labctl exec --lab ada -- python3 -c "
import psycopg
with psycopg.connect() as c: print(c.execute('''$1''').fetchone()[0])"; }
redis() { labctl exec --lab ada -- python3 -c "import redis; print(redis.Redis().$1)"; }

labctl exec --lab ada -- python3 -c "
import psycopg
with psycopg.connect() as c: c.execute('create table t as select generate_series(1, 1000) i')"
redis "set('k', 'v')" >/dev/null
labctl shell ada sh -c 'echo mine >notes'
is "a table was made" "$(sql 'select count(*) from t')" 1000

run labctl reset ada
is "reset succeeds" "$status" 0
is "the table is gone" "$(sql "select to_regclass('t') is null")" True
is "the key is gone" "$(redis "get('k')")" None
is "the home is as it was" "$(labctl shell ada cat notes)" mine
