#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:postgres
# timeout: 300
#
# A data set is loaded once; labs begin with it, and a reset brings it back.
. "$(dirname "$0")/../lib.sh"

at_exit labctl down --all
run labctl up ada --with postgres --dataset debian
is "up with a data set" "$status" 0
count="
import psycopg
with psycopg.connect() as c: print(c.execute('select count(*) > 50000 from package').fetchone()[0])"
is "the data is there" "$(labctl exec --lab ada -- python3 -c "$count")" True
labctl exec --lab ada -- python3 -c "
import psycopg
with psycopg.connect() as c: c.execute('drop table package cascade')"
ok "reset" labctl reset ada
is "the data is back" "$(labctl exec --lab ada -- python3 -c "$count")" True

run labctl up eve --with postgres --dataset debian
unlike "the second lab loads nothing" "$err" "making the initial state"
