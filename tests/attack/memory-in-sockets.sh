#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:memcached
#
# Memory that the kernel holds in sockets of the Internet's families: on cgroup v1 a memory limit
# does not count it.
. "$(dirname "$0")/lib.sh"

size=$((128 << 20))
for kind in datagrams streams; do
	box --memory 32M -- /attack/flood $kind $size
	unlike "$kind: not as much as wanted" "$status-$out" "^0-|worked"
	control "$kind outside" "$attack/flood" $kind $size
done

# The same in Python, for a lab: there it counts for all parts together.
flood='
import socket, struct
held, sockets = 0, []
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(500):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("127.0.0.1", 0))
    for j in range(10):
        sender.sendto(bytes(50000), s.getsockname())
    held += struct.unpack("9I", s.getsockopt(socket.SOL_SOCKET, 55, 36))[0]
    sockets.append(s)
print(held >> 20)'
run labctl up ada --with memcached --memory 48M
at_exit labctl down ada
run labctl exec --lab ada -- python3 -c "$flood"
is "in a lab: not more than its limit" "$((${out:-0} <= 48))" 1
run labctl exec -- python3 -c "$flood"
is "control: without a limit" "$((${out:-0} > 64))" 1
