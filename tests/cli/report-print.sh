#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: program:chromium program:pdftotext
# timeout: 300
. "$(dirname "$0")/../lib.sh"
records=$TOP/tests/fixtures/records
[ -s "$TOP/build/report/libraries.js" ] || skip_all "needs the chart libraries: make charts"

run labctl report "$records"/{count-1,load,growth,evidence}.json --html "$T/page.html"
is "a page is made" "$status" 0
run python3 "$TOP/tests/report.py" printed "$T/page.html"
is "the browser answers" "$status" 0
while IFS=$'\t' read -r what wrong; do
	is "$what" "$wrong" ""
done < <(cat "$T/stdout")
