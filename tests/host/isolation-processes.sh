#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

run labctl exec sh -c 'set -- /proc/[0-9]*; echo $#; echo $$; tr "\0" " " </proc/1/comm'
is "only its own processes: ours and a shell" "$out" "2
2
labctl-init"

run labctl exec python3 -c '
import os
for what in ("exe", "cwd", "root", "fd", "maps", "mem", "environ", "ns/mnt"):
    try:
        path = f"/proc/1/{what}"
        if what in ("exe", "cwd", "root", "ns/mnt"): os.readlink(path)
        elif what == "fd": os.listdir(path)
        else: open(path, "rb").read(1)
        print("open", what)
    except OSError: pass'
is "nothing of its pid 1 can be looked into" "$out" ""

run labctl exec --time 10s sh -c 'kill -9 1; kill -STOP 1; kill -SEGV 1; sleep 0.1; echo alive' # bounded by --time
is "its pid 1 cannot be killed from inside" "$status/$out" 0/alive

run labctl exec --time 10s sh -c 'sh -c "sleep 0.2; exit 9" & exit 4'
is "the first process's end is the end" "$status" 4

run labctl exec --time 20s python3 -c '
import os, time
for i in range(200):
    if os.fork() == 0:
        if os.fork() == 0: os._exit(0)
        os._exit(0)
while True:
    try: os.wait()
    except ChildProcessError: break
def state(pid):
    try: return open(f"/proc/{pid}/stat").read().split(") ")[1][0]
    except OSError: return ""
def zombies(): return [p for p in os.listdir("/proc") if p.isdigit() and state(p) == "Z"]
deadline = time.monotonic() + 5
while zombies() and time.monotonic() < deadline: pass
print(len(zombies()))'
is "orphans are reaped" "$out" 0
