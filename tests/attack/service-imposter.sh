#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:redis
# timeout: 120
. "$(dirname "$0")/lib.sh"

# A program of the lab takes the port of Redis, which it told to end or to listen elsewhere, and
# answers labctl's questions: with a number, with a text without end, with a byte a second.
imposter='
import os, socket, sys, time
way, answer = sys.argv[1:]
def tell(command):
    with socket.create_connection(("127.0.0.1", 6379)) as s:
        s.sendall(command + b"\r\n")
        s.settimeout(5)
        try: s.recv(100)
        except OSError: pass
tell(b"SHUTDOWN NOSAVE" if way == "ended" else b"CONFIG SET port 7000")
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
deadline = time.monotonic() + 20
while True:
    try: server.bind(("127.0.0.1", 6379)); break
    except OSError:
        if time.monotonic() > deadline: raise
server.listen(16)
print("ready", flush=True)
def serve(client):
    while question := client.recv(4096):
        if b"PING" in question: client.sendall(b"+PONG\r\n")
        elif answer == "number": client.sendall(b":1\r\n")
        elif answer == "nothing": client.sendall(b"$-1\r\n")
        elif answer == "array": client.sendall(b"*2000000000\r\n")
        else:
            client.sendall(b"$9000000000\r\n")
            while True: client.sendall(b"x" * (65536 if answer == "flood" else 1)); \
                answer == "flood" or time.sleep(1)
while True:
    client, _ = server.accept()
    if os.fork() == 0:
        try: serve(client)
        finally: os._exit(0)
    client.close()
'
ask='
import socket
s = socket.create_connection(("127.0.0.1", 6379), 5)
s.sendall(b"PING\r\n"); pong = s.recv(7, socket.MSG_WAITALL)
s.sendall(b"INFO\r\n"); print(pong, s.recv(4, socket.MSG_WAITALL))'

counters() {
	(ulimit -v 400000 && timeout "$(at_most 30)" "$LABCTL" ps --json --counters ada)
}

at_exit labctl down --all
for answer in number nothing array flood drip; do
	ok "a lab for: $answer" labctl up ada --with redis
	hold "imposter-$answer" labctl exec --lab ada -- python3 -c "$imposter" moved "$answer"
	run labctl exec --lab ada -- python3 -c "$ask"
	like "control: who trusts the port is answered: $answer" "$out" "PONG.*(:1|[\$*][-29])"
	run counters
	is "labctl asks, and goes on: $answer" "$status" 0
	unlike "... without counters" "$out" '"counters"'
	labctl down ada
done

ok "a lab" labctl up ada --with redis
hold imposter-ended labctl exec --lab ada -- python3 -c "$imposter" ended number
run counters
is "of a service that has ended nothing is asked" "$status" 0
like "... and ps says so" "$out" '"answering": false'
