#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../lib.sh"
records=$TOP/tests/fixtures/records

run labctl report "$records/count-1.json"
is "Markdown unless told otherwise" "$status" 0
like "the answer on top" "$out" '^\*\*[a-z]+: [0-9.]+ times faster\*\* \(95% sure: between [0-9.]+ and [0-9.]+ times'
like "a table" "$out" '^\| variant \| '
like "how to measure it again" "$out" "^    labctl replay .*count-1\.json$"

run labctl report "$records/count-1.json" "$records/count-2.json" --csv --table samples
is "samples as CSV" "$(python3 -c '
import csv, json, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="")))
want = [s["wall_ns"] / s["batch"] for file in sys.argv[2:] for s in json.load(open(file))["samples"]]
print([float(r["wall_ns"] or 0) for r in rows] == want)' "$T/stdout" "$records/count-1.json" "$records/count-2.json")" True
ok "a sweep" python3 "$TOP/tests/report.py" sweep "$records/count-1.json" "$T/sweep.json"
run labctl report "$T/sweep.json" "$records"/{count-1,count-2,growth}.json --csv --table host
is "each row names its exercise and its record, whatever kind" "$(python3 -c '
import csv, json, sys
rows = {(r["exercise"], r["started"]) for r in csv.DictReader(open(sys.argv[1], newline=""))}
records = [json.load(open(file)) for file in sys.argv[2:]]
print(rows ^ {(r["exercise"], r.get("started", "")) for r in records})' \
	"$T/stdout" "$T/sweep.json" "$records"/{count-1,count-2,growth}.json)" "set()"
run labctl report "$records/count-1.json" --csv --table nonsense
is "a table that is not there: exit 2" "$status" 2
like "and where to look" "$err" "report --json"

run labctl report "$records/count-1.json" "$records/count-2.json" --json
is "JSON: records of one exercise side by side" "$(python3 -c '
import json, sys
report = json.load(open(sys.argv[1]))
print([t["name"] for t in report["tables"]], len(report["chapters"]))' "$T/stdout")" \
	"['overview', 'agreement'] 2"
