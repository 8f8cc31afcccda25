#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:postgres
#
# The student's role can look and measure, and is not the superuser.
. "$(dirname "$0")/../lib.sh"

at_exit labctl down --all
ok "up" labctl up ada --with postgres
sql() { labctl exec --lab ada -- python3 -c "
import psycopg, sys
with psycopg.connect(user=sys.argv[2] if len(sys.argv) > 2 else None, autocommit=True) as c:
    r = c.execute(sys.argv[1])
    print(r.fetchone()[0] if r.description else 'ran')" "$@" 2>&1; }

is "fsync is on" "$(sql 'show fsync')" on
is "synchronous_commit is on" "$(sql 'show synchronous_commit')" on
is "it owns its database" "$(sql 'create table t (i int)')" ran
is "pg_stat_statements is there" "$(sql 'select count(*) >= 0 from pg_stat_statements')" True
is "and can be reset" "$(sql 'select pg_stat_statements_reset() is not null')" True
is "the slow-query log can be set" "$(sql 'set log_min_duration_statement = 0')" ran
is "CHECKPOINT is allowed" "$(sql checkpoint)" ran
is "a trusted extension can be made" "$(sql 'create extension pg_trgm')" ran
like "no programs on the server" "$(sql "copy t from program 'id'")" "permission denied"
like "no ALTER SYSTEM" "$(sql 'alter system set fsync = off')" "permission denied"
like "no way in as the superuser" "$(sql 'select 1' postgres)" "no pg_hba.conf entry"
