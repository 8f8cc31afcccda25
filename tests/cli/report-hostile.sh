#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: program:chromium program:tidy
# timeout: 300
#
# A record may hold text of a student's: names, messages. None of it becomes markup, or runs.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/page-checks.sh"
record=$T/record.json
[ -s "$TOP/build/report/libraries.js" ] || skip_all "needs the chart libraries: make charts"

ok "a hostile record" python3 "$TOP/tests/report.py" hostile "$TOP/tests/fixtures/records/count-1.json" "$record"
run labctl report "$record" --html "$T/page.html"
is "a page is made" "$status" 0
is "valid HTML" "$(tidy -q -e --show-warnings yes "$T/page.html" 2>&1)" ""
checks safe "$T/page.html"

run labctl report "$record" --markdown
unlike "no markup in Markdown" "$out" '<(img|svg|script)'
like "it is there as text" "$out" '&lt;img'
run labctl report "$record" --csv
is "CSV is CSV" "$(python3 -c '
import csv, sys
rows = list(csv.reader(open(sys.argv[1], newline="")))
print({len(row) for row in rows} == {len(rows[0])})' "$T/stdout")" True
