#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

bomb='import os
try:
    while True:
        if os.fork() == 0:
            import signal; signal.pause()
except OSError as e:
    print(e.errno); raise SystemExit(9)'

run labctl exec --pids 16 python3 -c "$bomb"
is "one process more is refused: EAGAIN" "$out" 11
is "the status is the guest's own" "$status" 9
like "the limit is named" "$err" "exit 9 after [0-9]+ refused attempts .*: the limit is 16"

run labctl exec --pids 16 python3 -c '
import threading, time
n = 1
try:
    while True:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start(); n += 1
except RuntimeError:
    print(n, flush=True); import os; os._exit(0)'
is "threads count like processes, and ours does not" "$out" 16
