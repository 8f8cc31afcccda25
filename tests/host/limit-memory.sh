#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

run labctl exec --memory 64M python3 -c 'b = bytearray(200 << 20)'
is "out of memory is exit 137" "$status" 137
like "the limit is named, and who held what" "$err" \
	"killed: out of memory at its limit of 64.0 MiB; python3 held [0-9.]+ MiB"

run labctl exec --memory 64M python3 -c 'b = bytearray(40 << 20)'
is "below the limit nothing happens" "$status" 0
is "and nothing is said" "$err" ""

# Page cache is charged too, but given back: it kills nobody.
run labctl exec --memory 64M --disk 48M sh -c \
	'dd if=/dev/zero of=/big bs=1M count=40 2>/dev/null; cat /big | wc -c'
is "files in memory below the limit" "$out" 41943040

run labctl exec --memory 64M --disk 200M dd if=/dev/zero of=/big bs=1M count=150
is "files in memory above the limit" "$status" 137

# All of it is killed, not only the process that the kernel chose: half a program is no use.
run labctl exec --memory 64M sh -c 'python3 -c "b = bytearray(200 << 20)"; sleep 60; echo went on' # bounded: the parent to be killed
is "a parent does not outlive its child" "$status/$out" 137/
