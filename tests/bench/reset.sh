#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A lab with a loaded database, written to, back to pristine and answering. Median of 21.
set -eu
cd "$(dirname "$0")/../.."
rounds=${ROUNDS:-21}
lab=bench-reset-$$

[ "$(id -u)" = 0 ] || { echo "needs root"; exit 77; }
trap '"$LABCTL" down $lab >/dev/null 2>&1' EXIT
"$LABCTL" up $lab --with postgres --dataset debian >/dev/null
for ((round = 0; round < rounds; round++)); do
	"$LABCTL" exec --lab $lab -- python3 -c "
import psycopg
with psycopg.connect() as c:
    c.execute('create table junk as select * from dependency')
    c.execute('delete from dependency where package_id % 2 = 0')"
	begun=${EPOCHREALTIME/./}
	"$LABCTL" reset $lab >/dev/null
	echo $((${EPOCHREALTIME/./} - begun))
done | sort -n | awk '{ us[NR] = $1 } END {
	median = us[int((NR + 1) / 2)] / 1000
	printf "median of %d: %.1f ms (from %.1f to %.1f)\n", NR, median, us[1] / 1000, us[NR] / 1000
	printf "row reset %.1fms - - <=300ms %s\n", median, median <= 300 ? "ok" : "short"
}'
