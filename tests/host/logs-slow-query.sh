#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:postgres
#
# A slow statement is named in PostgreSQL's log.
. "$(dirname "$0")/../lib.sh"

at_exit labctl down --all
ok "up" labctl up ada --with postgres
labctl exec --lab ada -- python3 -c "
import psycopg
with psycopg.connect() as c: c.execute('select pg_sleep(0.15) as a_slow_one')"
slow() { labctl logs ada postgres | grep -q 'duration: .*a_slow_one'; }
ok "the log names it" wait_for 5 slow
run labctl logs ada
like "without a service: every log, with a heading" "$out" "^== postgres"
