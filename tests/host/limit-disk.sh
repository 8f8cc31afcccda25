#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

run labctl exec --disk 4M sh -c 'head -c 9M /dev/zero >/big; s=$?; stat -c %s /big; exit $s'
is "writes end at the limit" "$out" 4194304
is "the status is the guest's own" "$status" 1
like "the limit is named" "$err" "with its disk full: the limit is 4.0 MiB"

for place in /tmp /dev/shm; do
	run labctl exec --disk 4M sh -c "head -c 9M /dev/zero >$place/big; stat -c %s $place/big"
	is "$place counts too" "$out" 4194304
done

run labctl exec --disk 4M python3 -c '
i = 0
try:
    while True:
        open(f"/tmp/{i}", "w").close(); i += 1
except OSError as e:
    print(e.errno, i > 100)'
is "empty files run out too: ENOSPC" "$out" "28 True"

run labctl exec --disk 4M sh -c 'echo changed >/etc/hostname; rm -r /usr/share/doc'
run labctl exec sh -c 'cat /etc/hostname; ls -d /usr/share/doc'
unlike "what one sandbox writes, no other sees" "$out" changed
like "nor what it removes" "$out" /usr/share/doc
