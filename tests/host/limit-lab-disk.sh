#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:postgres image:redis
# timeout: 120
#
# A lab's disk limit holds for what its services and its home keep on disk.
. "$(dirname "$0")/../lib.sh"

disk=$LABCTL_ROOT/lib/labs/ada/disk
at_exit labctl down --all
run labctl up ada --with postgres,redis --disk 64M
is "up" "$status" 0
unlike "no word of a limit that does not hold" "$err" "does not hold"

# Unlogged: with a log, chance says whether the table or the log is refused first; the latter ends the server.
run labctl exec --lab ada -- python3 -c '
import psycopg
with psycopg.connect(autocommit=True) as c:
    c.execute("create unlogged table filler (id int, t text)")
    try:
        while True:
            c.execute("insert into filler select i, repeat(md5(i::text), 30) from generate_series(1, 2000) i")
    except psycopg.errors.DiskFull as e:
        print("refused:", e)
        raise SystemExit(3)'
is "a service that fills it is refused more" "$status" 3
like "... in its own words" "$out" "refused: .*No space left on device"
like "labctl names the limit" "$err" "the disk of lab 'ada' is full: its limit of 64.0 MiB is shared by all of its parts"
like "... and who held what" "$err" "postgres holds [3-6][0-9]\.[0-9] MiB"
like "... and so does ps" "$(labctl ps ada)" "the disk of lab 'ada' is full"
ok "no more than the limit is taken of the host" \
	[ "$(du -k "$LABCTL_ROOT/lib/labs/ada/disk.ext4" | cut -f1)" -le 65536 ]

ok "a reset makes room" labctl reset ada
run labctl exec --lab ada -- python3 -c '
import psycopg
with psycopg.connect() as c: print(c.execute("select 1").fetchone()[0])'
is "... and PostgreSQL works" "$out" 1

run labctl shell ada sh -c 'head -c 100M /dev/zero >big || { stat -c %s big; exit 4; }'
is "a home that fills it: the status is the guest's" "$status" 4
ok "... it is refused more ($out bytes)" [ "$out" -lt 67108864 ]
like "... and labctl says who holds it" "$err" "home holds [3-6][0-9]\.[0-9] MiB"
run labctl reset ada
[ "$status" = 0 ] || like "a reset that finds no room says why" "$err" "home holds"
ok "what fills it can be removed" labctl shell ada rm big
ok "and the lab is reset" labctl reset ada
ok "down" labctl down ada
ok "nothing is mounted any more" test ! -e "$disk"

run labctl up ada --with postgres --disk 4M
is "too small for the services: exit 4" "$status" 4
like "... says so" "$err" "No space left on device"
like "... and the limit" "$err" "its limit of 4.0 MiB"
ok "nothing of it stays" test ! -e "$disk"
