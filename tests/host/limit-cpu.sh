#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

is "one CPU is one CPU" "$(labctl exec --cpu 1 python3 -c 'import os; print(os.process_cpu_count())')" 1
run labctl exec --cpu 1 python3 -c '
import os
try: os.sched_setaffinity(0, range(os.cpu_count()))
except OSError: pass
print(len(os.sched_getaffinity(0)))'
is "and cannot be left" "$out" 1

run labctl exec --cpu 0.2 python3 -c '
import time
t, begun = time.monotonic(), time.process_time()
while time.monotonic() < t + 1: pass
print(time.process_time() - begun)'
ok "a fifth of a CPU for a second ($out s)" awk "BEGIN { exit !($out <= 0.26) }"

run labctl exec --cpu 100000 true
is "more CPUs than there are" "$status" 2
run labctl exec --cpu 1000 true
is "more CPUs than there are" "$status" 4
like "is said before anything starts" "$err" "asks for 1000 CPUs, and labctl may use [0-9]+ here"
