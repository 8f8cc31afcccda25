#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

run labctl exec sh -c "sed -n 's/^ *\(.*\):.*/\1/p' /proc/net/dev"
is "no interface but loopback" "$out" lo

python3 -c '
import socket, sys
s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1], flush=True)
while True: s.accept()[0].sendall(b"host")' >"$T/port" &
at_exit kill $!
wait_for 5 test -s "$T/port"
port=$(cat "$T/port")
run labctl exec python3 -c "
import socket
try: print(socket.create_connection(('127.0.0.1', $port), 2).recv(9))
except OSError as e: print(e.errno)"
is "the host's loopback is not its own" "$out" 111

run labctl exec python3 -c '
import socket
s = socket.create_server(("127.0.0.1", 0)); c = socket.create_connection(s.getsockname()); c.sendall(b"hi")
print(s.accept()[0].recv(9))
s = socket.create_server(("::1", 0), family=socket.AF_INET6); print(s.getsockname()[0])'
is "its own works" "$out" "b'hi'
::1"

python3 -c '
import socket
s = socket.socket(socket.AF_UNIX); s.bind("\0labctl-test"); s.listen(); print("up", flush=True); s.accept()' >"$T/up" &
at_exit kill $!
wait_for 5 test -s "$T/up"
run labctl exec python3 -c '
import socket
s = socket.socket(socket.AF_UNIX)
try: s.connect("\0labctl-test"); print("connected")
except OSError as e: print(e.errno)'
is "nor does it see the host's abstract sockets" "$out" 111
