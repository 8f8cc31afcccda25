#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: program:chromium program:pdftotext
# timeout: 300
. "$(dirname "$0")/../lib.sh"
. "$TOP/tests/fixtures/page-checks.sh"
records=$TOP/tests/fixtures/records
[ -s "$TOP/build/report/libraries.js" ] || skip_all "needs the chart libraries: make charts"

run labctl report "$records"/{count-1,load,growth,evidence}.json --html "$T/page.html"
is "a page is made" "$status" 0
checks printed "$T/page.html"
