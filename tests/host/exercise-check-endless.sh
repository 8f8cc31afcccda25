#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
# timeout: 120
. "$(dirname "$0")/../lib.sh"

# An oracle without end holds nobody up for longer than the exercise's own limit of time says, and is
# found out with its line.
cp -r "$TOP/tests/fixtures/count" "$T/count"
sed -i 's/time: 20s/time: 2s/' "$T/count/exercise.yaml"
cat >"$T/count/variants/baseline.py" <<'END'
def more(data):
    while True:
        data.append(0)
        data.clear()


def run(ctx, data):
    more([])
END
run labctl run "$T/count"
is "the exercise's fault" "$status" 3
like "says what it waits for" "$err" "count: 0 blocks, the judge makes an input, [0-9]+ s"
like "names file, line and limit" "$err" \
	"variants/baseline.py, line [234]: more\(\) had not ended after 10.0 s: an endless loop\?"
like "and what to do" "$err" "labctl exercise check count"

# A thread that workload.py has is not what is waited for.
cp "$TOP/tests/fixtures/count/variants/baseline.py" "$T/count/variants/baseline.py"
cat >>"$T/count/workload.py" <<'END'
import threading
import time


def tick():
    while True:
        time.sleep(0.01)


def make(rng, parameters, ctx):
    threading.Thread(target=tick, daemon=True).start()
    while True:
        pass
END
run labctl exercise check "$T/count" --quick --seeds 1
is "in a check too: exit 1" "$status" 1
like "with its line" "$out" "^FAIL workload.py:[0-9]+: make\(\) had not ended after 10.0 s"
