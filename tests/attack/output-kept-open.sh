#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:memcached
#
# Give one's output to a neighbour in the same lab, who keeps it open or goes on writing: labctl, and
# with it a grader's queue, waits for an end that does not come.
. "$(dirname "$0")/lib.sh"

run labctl up ada --with memcached
at_exit labctl down ada
is "the lab is up" "$status" 0
keep='
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.bind("\0keep")
s.listen()
print("ready", flush=True)
while True:
    fds = socket.recv_fds(s.accept()[0], 1, 2)[1]
    while sys.argv[1] == "write":
        open(fds[0], "w").write("more\n" * 1000)'
give='
import socket
s = socket.socket(socket.AF_UNIX)
s.connect("\0keep")
socket.send_fds(s, [b"x"], [1, 2])
print("given")'

for how in quiet write; do
	hold neighbour-$how labctl exec --lab ada -- python3 -c "${keep/keep/$how}" $how
	run timeout -k 1 "$(at_most 10)" "$LABCTL" exec --lab ada --output 1G -- python3 -c "${give/keep/$how}"
	is "$how: labctl does not wait" "$status" 0
	like "... and what was written before has come" "$out" given
done

# shellcheck disable=SC2016
run timeout 0.5 sh -c '{ sleep 2 & } | cat'
is "control: who reads to the end waits" "$status" 124
