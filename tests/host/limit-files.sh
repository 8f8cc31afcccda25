#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

run labctl exec --nofile 32 python3 -c '
import os, resource
n = 3
try:
    while True: os.dup(0); n += 1
except OSError as e: print(e.errno, n)
try: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
except ValueError: print("kept")'
is "32 open files, and no way to more" "$out" "24 32
kept"
