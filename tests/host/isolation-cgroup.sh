#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

run labctl exec cat /proc/self/cgroup
unlike "its place in the host's groups is not told" "$out" "labctl|\.\."
run labctl exec sh -c 'find /sys -mindepth 1 | wc -l; grep -c cgroup /proc/self/mounts'
is "no group can be reached" "$out" "0
0"

# Two different sandboxes share no System V memory and no POSIX queue.
run labctl exec python3 -c '
import ctypes
print(ctypes.CDLL(None).shmget(4711, 4096, 0o1666) >= 0)'
run labctl exec python3 -c '
import ctypes
print(ctypes.CDLL(None).shmget(4711, 4096, 0o666))'
is "nor the memory of another" "$out" -1
