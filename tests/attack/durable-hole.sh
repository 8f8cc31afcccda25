#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
# timeout: 240
. "$(dirname "$0")/lib.sh"

# A file that the checker reads as a power cut would leave it is a hole of 4 TiB, on a disk of 16 MiB:
# the checker would not come to its end, and what a student did pass for its fault.
cp -r "$TOP/tests/fixtures/count" "$T/count"
cat >>"$T/count/exercise.yaml" <<'Y'
disk:
  size: 16M
  durable: [journal]
Y
sed -i 's/^    return difference.*/    import os\n    if os.path.exists("\/lab\/after\/journal"):\n        open("\/lab\/after\/journal", "rb").read()\n&/' "$T/count/check.py"
try() { # SIZE
	cat - "$T/count/variants/baseline.py" >"$T/solution.py" <<Y
import os
def setup(ctx):
    with open(ctx.output + "/journal", "wb") as file:
        os.truncate(file.fileno(), $1)
        os.fsync(file.fileno())
Y
	run labctl run "$T/count" --try "$T/solution.py" --variant baseline --budget 20s --precision 50% --json "$T/record.json"
	verdict=$(python3 "$TOP/tests/fixtures/verdicts.py" "$T/record.json" | grep '^try')
}

try '4 << 20'
like "control: a file that the disk could hold is read" "$verdict" "right"
try '4 << 40'
like "a larger one is the file's own failure" "$verdict" "failed .*journal.* larger than the disk"
is "and the answer is no" "$status" 1
