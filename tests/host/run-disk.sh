#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
# timeout: 120
. "$(dirname "$0")/../lib.sh"

cp -r "$TOP/tests/fixtures/count" "$T/count"
cat >>"$T/count/exercise.yaml" <<'Y'
disk:
  size: 16M
  cache: cold
Y
cat >"$T/count/workload.py" <<'Y'
import os


def make(rng, parameters, ctx):
    with open(os.path.join(ctx.disk, "words"), "wb") as file:
        file.write(rng.randbytes(1 << 20))
    return {"words": [str(rng.randrange(800)) for _ in range(2500)]}
Y

# NAME VERDICT WORDS, and a solution on standard input
tries() {
	{ cat && cat "$T/count/variants/baseline.py"; } >"$T/solution.py"
	run labctl run "$T/count" --try "$T/solution.py" --budget 3s --json "$T/record.json"
	like "$1" "$(python3 "$TOP/tests/fixtures/verdicts.py" "$T/record.json")" "^try $2"
}

tries "a disk that is full is named with its size" "failed .*disk.*16" <<'Y'
def setup(ctx):
    with open(ctx.output + "/much", "wb") as file:
        file.write(bytes(64 << 20))
Y
tries "the next sample finds it empty" "right" <<'Y'
import os
def setup(ctx):
    assert os.listdir(ctx.output) == []
    open(ctx.output + "/mine", "w").close()
Y
tries "the input cannot be written" "failed .*(Read-only|Permission)" <<'Y'
def setup(ctx):
    open(ctx.disk + "/words", "ab")
Y
tries "a set-up that keeps the input in memory is found out" "failed .*declared cold" <<'Y'
import mmap
def setup(ctx):
    file = open(ctx.disk + "/words", "rb")
    ctx.kept = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    ctx.sum = sum(ctx.kept[::4096])
Y
tries "one that only read it once is not" "right" <<'Y'
def setup(ctx):
    open(ctx.disk + "/words", "rb").read()
Y
