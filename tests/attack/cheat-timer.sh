#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python program:python3
# timeout: 120
#
# Change what time is: patched clocks, LD_PRELOAD's own, and work that only waits.
. "$(dirname "$0")/lib.sh"

# Longer than the honest baseline takes, on a slow machine too.
cat >"$T/solution.py" <<PY
import os
import time

slept = time.sleep
now = [0.0]
for name in ("time", "monotonic", "perf_counter", "process_time"):
    setattr(time, name, lambda: now[0])
os.environ["LD_PRELOAD"] = "/lab/tmp/libfaketime.so"


def run(ctx, data):
    slept(0.15 * ${LABCTL_TEST_SLOW:-1})
    counts = {}
    for word in data["words"]:
        counts[word] = counts.get(word, 0) + 1
    return counts
PY
run labctl run "$TOP/tests/fixtures/count" --try "$T/solution.py" --budget "$(at_most 2)s" --json "$T/record.json"
# Not "slower": on a busy machine two seconds are too few for a verdict.
ok "every call was seen to take what it slept" python3 - "$T/record.json" <<PY
import json, sys
times = [s["wall_ns"] for s in json.load(open(sys.argv[1]))["samples"] if s["variant"] == 1]
sys.exit(not times or min(times) < 0.15e9 * ${LABCTL_TEST_SLOW:-1})
PY
is "the answer is no" "$status" 1

control "inside, by its own clock, it took no time" python3 -c "
import sys, time
sys.path.insert(0, '$T')
import solution
begin = time.perf_counter()
solution.run(None, {'words': ['a'] * 10})
sys.exit(time.perf_counter() - begin > 0.001)"
