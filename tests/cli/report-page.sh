#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: program:chromium program:tidy
# timeout: 300
#
# The page in a real browser.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/page-checks.sh"
records=$TOP/tests/fixtures/records
[ -s "$TOP/build/report/libraries.js" ] || skip_all "needs the chart libraries: make charts"

run labctl report "$records/count-1.json" "$records/load.json" --html "$T/page.html"
is "a page is made" "$status" 0
is "valid HTML" "$(tidy -q -e --show-warnings yes "$T/page.html" 2>&1)" ""
checks marks "$T/page.html" "$records/count-1.json" "$records/load.json"
checks looks "$T/page.html" ${LABCTL_TEST_PICTURES:+"$LABCTL_TEST_PICTURES"}

ok "a record cut short" python3 "$TOP/tests/report.py" shorten "$records/count-2.json" "$T/unsure.json"
run labctl report "$T/unsure.json" "$records/count-1.json" --html "$T/page.html"
is "a page of a record without intervals and one with" "$status" 0
checks looks "$T/page.html"

run labctl report "$records/evidence.json" "$records/count-1.json" --html "$T/page.html"
is "evidence stands in the chapter of its exercise" "$status $(grep -c '<section class="chapter"' "$T/page.html")" "0 1"
is "it is valid HTML too" "$(tidy -q -e --show-warnings yes "$T/page.html" 2>&1)" ""
checks evidence "$T/page.html" "$records/evidence.json"

ok "a sweep" python3 "$TOP/tests/report.py" sweep "$records/count-1.json" "$T/sweep.json"
run labctl report "$T/sweep.json" --html "$T/page.html"
is "a page of a sweep" "$status" 0
is "valid HTML as well" "$(tidy -q -e --show-warnings yes "$T/page.html" 2>&1)" ""
checks swept "$T/page.html" "$T/sweep.json"

run labctl report "$records/growth.json" "$records/count-2.json" --html "$T/page.html"
is "a page of a record of --scaling" "$status" 0
is "which is valid HTML" "$(tidy -q -e --show-warnings yes "$T/page.html" 2>&1)" ""
checks grown "$T/page.html" "$records/growth.json"

ok "a record of series" python3 "$TOP/tests/report.py" series "$records/count-1.json" "$T/series.json"
run labctl report "$T/series.json" --html "$T/page.html"
is "a page of it" "$status" 0
is "and it is valid HTML" "$(tidy -q -e --show-warnings yes "$T/page.html" 2>&1)" ""
checks warmed "$T/page.html" "$T/series.json"
