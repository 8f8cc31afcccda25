#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../lib.sh"
record=$TOP/tests/fixtures/records/count-1.json

refused() { # WHAT STATUS MESSAGE ARG...: and no page is left, nor a piece of one
	local what=$1 code=$2 message=$3
	shift 3
	run labctl report "$@" --html "$T/out/page.html"
	is "$what: exit $code" "$status" "$code"
	like "$what: says so" "$err" "$message"
	is "$what: nothing is written" "$(ls -A "$T/out")" ""
}

mkdir "$T/out"
head -c 5000 "$record" >"$T/half.json"
echo '{"evidence": 1}' >"$T/evidence.json"
echo '[]' >"$T/list.json"
echo '{"sweep": 2, "exercise": "count", "labctl": "9.1"}' >"$T/newer-sweep.json"
echo '{"evidence": 2, "exercise": "count", "reports": []}' >"$T/newer-evidence.json"
sed 's/"schema": *1/"schema": 2/' "$record" >"$T/newer.json"
refused "no record" 2 "name records"
refused "a missing file" 4 "gone.json" "$T/gone.json"
refused "half a record" 3 "half.json:" "$T/half.json"
refused "not a record" 3 "list.json" "$T/list.json"
refused "not evidence" 3 "evidence.json.*exercise" "$T/evidence.json"
refused "a newer record" 3 "newer.json: the record has schema 2; this labctl reads 1" "$T/newer.json"
refused "a newer sweep" 3 "newer-sweep.json: the sweep has schema 2" "$T/newer-sweep.json"
refused "newer evidence" 3 "newer-evidence.json: the evidence has schema 2" "$T/newer-evidence.json"
refused "the second is not one" 3 "list.json" "$record" "$T/list.json"

run labctl report "$record" --html "$T/nowhere/page.html"
is "a folder that is not there: exit 2" "$status" 2
like "is named" "$err" "$T/nowhere"
run labctl report "$record" --html /dev/null
is "not in place of a device" "$status" 2
run labctl report "$record" --csv --json
is "one format for standard output" "$status" 2
run labctl report "$record" --table samples
is "--table alone" "$status" 2

# What stood there stays whole until the new page is.
echo old >"$T/out/page.html"
run labctl report "$T/half.json" --html "$T/out/page.html"
is "a failure leaves the old page" "$(cat "$T/out/page.html")" old
LABCTL_DATA=$T/data
export LABCTL_DATA
mkdir -p "$T/data"
cp -r "$TOP/labctl/report/page" "$T/data/report"
run labctl report "$record" --html "$T/out/page.html"
is "without the chart libraries: exit 4" "$status" 4
like "and the cure" "$err" "make charts"
is "and the old page" "$(cat "$T/out/page.html")" old
echo 'var d3, Plot;' >"$T/data/report/libraries.js"
run labctl report "$record" --html "$T/out/page.html"
is "with them it takes its place" "$status $(head -c 15 "$T/out/page.html")" "0 <!DOCTYPE html>"
is "and leaves nothing beside it" "$(ls -A "$T/out")" page.html
like "and says what it wrote" "$err" "$T/out/page.html: a page of [0-9.]+ KiB"
