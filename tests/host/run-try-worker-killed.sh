#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
# timeout: 180
. "$(dirname "$0")/../lib.sh"

# A worker of a pool uses up the memory: the kernel kills it, and the program waits for its answer, or
# is told. Either way the student hears of the memory.
cat >"$T/work.py" <<'EOF'
import os


def work(word):
    hoard = []
    while os.getpid():
        hoard.append("x" * 1000000)
EOF
cat "$T/work.py" - >"$T/told.py" <<'EOF'


def run(ctx, data):
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(2) as pool:
        return dict(zip(data["words"], pool.map(work, data["words"][:2])))
EOF
cat "$T/work.py" - >"$T/waits.py" <<'EOF'


def run(ctx, data):
    from multiprocessing import Pool

    with Pool(2) as pool:
        return dict(zip(data["words"], pool.map(work, data["words"][:2])))
EOF
for name in told waits; do
	run labctl run "$TOP/tests/fixtures/count" --try "$T/$name.py" --variant dictionary --budget 4s
	text=$(tr -s '\n ' ' ' <"$T/stdout")
	is "$name: the answer is no" "$status" 1
	like "$name: what was killed, and why" "$text" "try: failed: .*(killed for lack of memory|out of memory at its limit of 64.0 MiB)"
	like "$name: the other variant goes on" "$text" " dictionary [0-9.-]+ "
done
