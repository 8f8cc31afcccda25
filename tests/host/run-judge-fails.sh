#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

# Faults of the exercise's own files are the exercise's, with file and line.
cp -r "$TOP/tests/fixtures/count" "$T/count"
echo "import nothing_there" >>"$T/count/workload.py"
run labctl run "$T/count"
is "workload.py does not import: exit 3" "$status" 3
like "named with its line" "$err" "its judge: workload.py, line [0-9]+: ModuleNotFoundError"

cp "$TOP/tests/fixtures/count/workload.py" "$T/count/"
echo 'def check(data, want, got): return "never right"' >>"$T/count/check.py"
run labctl run "$T/count"
is "a checker that refuses the baseline: exit 3" "$status" 3
like "says so" "$err" "its checker refuses the baseline: never right"

cp "$TOP/tests/fixtures/count/check.py" "$T/count/"
echo 'def run(ctx, data): raise OSError("no")' >>"$T/count/variants/dictionary.py"
cp "$T/count/variants/dictionary.py" "$T/count/variants/baseline.py"
run labctl run "$T/count"
is "a baseline that the oracle cannot run: exit 3" "$status" 3
