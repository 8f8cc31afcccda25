#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:memcached
#
# More than the lab was granted, by a process that enters it, or by a service of it.
. "$(dirname "$0")/lib.sh"

run labctl up ada --with memcached --memory 96M --pids 40 --cpu 0.5
at_exit labctl down ada
is "the lab is up" "$status" 0

size=$((160 << 20))
run labctl exec --lab ada -- python3 -c "len(bytearray($size))"
is "exec: killed for memory" "$status" 137
like "... and told whose" "$err" "out of memory at its lab's limit"
# shellcheck disable=SC2016
run labctl exec --lab ada -- sh -c 'for i in $(seq 60); do sleep 5 & done' # bounded: guests to be refused
unlike "exec: no more processes than the lab may have" "$status" "^0$"
run labctl shell ada sh -c 'cat /proc/self/cgroup >/dev/null; exec python3 -c "len(bytearray('$size'))"'
is "shell: killed for memory" "$status" 137

pid=$(labctl ps --json | grep -oE '"pid": ?[0-9]+' | grep -oE '[0-9]+' | head -1)
outside=$(grep -E '[:,](cpu|cpuset|memory|pids|)[:,]' "/proc/$pid/cgroup" | grep -vc labctl-)
[ ! -d /sys/fs/cgroup/unified ] || outside=$((outside - 1)) # version 2 beside version 1 limits nothing
is "a service is in every group that limits the lab" "$outside" 0

control "without a lab there is that memory" labctl exec -- python3 -c "len(bytearray($size))"
