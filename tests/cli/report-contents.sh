#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: program:chromium
# timeout: 300
#
# A page of several chapters with evidence: short until asked for more, and what is asked for opens.
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/page-checks.sh"
records=$TOP/tests/fixtures/records
[ -s "$TOP/build/report/libraries.js" ] || skip_all "needs the chart libraries: make charts"

run labctl report "$records"/{count-1,load,growth,evidence}.json --html "$T/page.html"
is "a page is made" "$status" 0
like "a line says where the time goes" "$(cat "$T/page.html")" '<summary>.*flame graph: [0-9]+% in [a-z_]+'
checks led "$T/page.html"
checks looks "$T/page.html"
