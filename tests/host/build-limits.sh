#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:toolchain
# timeout: 120
. "$(dirname "$0")/../lib.sh"

# Runs the exercise with this instead of its compiler; sets $text.
build_with() {
	rm -rf "$T/pairs"
	cp -r "$TOP/tests/fixtures/pairs" "$T/pairs"
	sed -i "s/time: 20s/time: ${2:-20s}/; /- gcc/d" "$T/pairs/exercise.yaml"
	sed -i "s/ commands:/ commands: ['sh step']/; s/sources: .*kernel.c/&, step/; s/^  sanitize:/  #/" \
		"$T/pairs/exercise.yaml"
	echo "$1" >"$T/pairs/step"
	run labctl run "$T/pairs"
	text=$(tr -s '\n ' ' ' <"$T/stdout")
}

build_with 'sleep 100 # killed by the limit' 1s
like "time" "$text" "compiled: failed: while it was built: killed: ran longer than its limit of 1.00 s"
build_with 'head -c 400M /dev/zero | tail -c 400M >/dev/null'
like "memory" "$text" "compiled: failed: while it was built: killed: out of memory at its limit of 128 MiB"
build_with 'head -c 40M /dev/zero >"$OUT/big"'
like "disk" "$text" "compiled: failed: while it was built: .*disk.* the limit is 32|full at its limit of 32"
build_with "python3 -c 'import socket; socket.create_connection((\"192.0.2.1\", 80), 5)'"
like "no network" "$text" "does not build: OSError: \[Errno 101\] Network is unreachable"
build_with 'touch /lab/source/kernel.c.o'
like "sources cannot be written" "$text" "does not build: touch: .*Read-only file system"
build_with 'ln -s /etc/passwd "$OUT/kernel.so"'
like "a link is not taken home" "$text" "does not build: it left the symbolic link"
build_with 'mkdir "$OUT/x"; touch "$OUT/x/y"'
like "nor a folder" "$text" "does not build: it left the directory"
