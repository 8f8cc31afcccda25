#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:postgres
#
# A service that talks too much: its log keeps the last lines and drops the rest.
. "$(dirname "$0")/../lib.sh"

log=$LABCTL_ROOT/lib/labs/ada/log/postgres.log
at_exit labctl down --all
ok "up" labctl up ada --with postgres
first=$(head -1 "$log")
like "the log has its first line" "$first" "PostgreSQL|LOG:"
run labctl exec --lab ada -- python3 -c "
import psycopg
with psycopg.connect(autocommit=True) as c:
    c.execute('set log_min_duration_statement = 0')
    for i in range(40):
        c.execute('select 1 /* ' + 'talk ' * 100000 + '*/')
    c.execute('select 1 as the_last_word')"
is "40 statements of half a megabyte are logged" "$status" 0
said() { tail -c 2000 "$log" | grep -q the_last_word; }
ok "the last is there" wait_for 10 said
ok "the file is small ($(stat -c %s "$log") bytes)" [ "$(stat -c %s "$log")" -le $((9 << 20)) ]
like "its first line says what is missing" "$(head -1 "$log")" "older lines were dropped: labctl keeps the last 4 to 8 MiB"
run labctl logs ada postgres -n 100000
like "and so does labctl logs" "$(head -1 <<<"$out")" "older lines were dropped"
like "... which has the last line" "$(tail -3 <<<"$out" | cut -c1-300)" the_last_word
ok "reset" labctl reset ada
like "after a reset it goes on where it was" "$(head -1 "$log")" "older lines"
