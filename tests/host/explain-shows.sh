#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

run labctl explain algorithm --instrument profile
is "explains the baseline" "$status" 0
like "names the culprit" "$out" "common \(baseline.py:[0-9]+\) +[0-9]+"

cat >"$T/mine.py" <<'END'
def run(ctx, data):
    return sum(range(3000000))
END
run labctl explain algorithm --try "$T/mine.py" --instrument profile
like "a student's file too" "$out" "run \(mine.py:1\)"

echo "def run(ctx, data): return 1 / 0" >"$T/mine.py"
run labctl explain algorithm --try "$T/mine.py" --instrument profile
is "one that raises: exit 5" "$status" 5
like "says where" "$err" "mine.py, line 1: ZeroDivisionError"

run labctl explain algorithm --instrument divination
like "an unknown instrument is named" "$err" "no instrument .divination"
like "and which there are" "$err" "memory, .*profile"

run labctl explain algorithm --instrument profile --json "$T/evidence.json"
is "evidence is kept" "$status" 0
like "beside what is shown" "$out" "functions of the program"
run labctl report "$T/evidence.json" --json
is "the report takes it" "$(python3 -c '
import json, sys
report = json.load(open(sys.argv[1]))
print([t["name"] for c in report["chapters"] for t in c["tables"] if t.get("chart") == "flame"])' "$T/stdout")" \
	"['stacks']"
run labctl explain algorithm --instrument profile --json "$T/nowhere/evidence.json"
is "a place that is not there: before it runs" "$status $out" "2 "
