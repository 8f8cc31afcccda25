#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: program:java
# timeout: 600
#
# Every kind of page, by the validator that browsers' makers go by: all at once, as it starts slowly.
. "$(dirname "$0")/../lib.sh"
records=$TOP/tests/fixtures/records
validator=$TOP/build/validator
[ -s "$TOP/build/report/libraries.js" ] || skip_all "needs the chart libraries: make charts"
cmp -s "$TOP/tests/validator/SHA256SUMS" "$validator/SHA256SUMS" ||
	skip_all "needs the validator of HTML: tests/validator/fetch build/validator"

valid() { # FILE...
	run java -cp "$validator/jars/*" nu.validator.client.SimpleCommandLineValidator \
		--errors-only --format gnu "$@"
}

page() { # NAME RECORD...
	local name=$1
	shift
	run labctl report "$@" --html "$T/$name.html"
	is "a page: $name" "$status" 0
}

for kind in sweep series hostile; do
	ok "a record: $kind" python3 "$TOP/tests/report.py" $kind "$records/count-1.json" "$T/$kind.json"
	page $kind "$T/$kind.json"
done
page records "$records/count-1.json" "$records/count-2.json" "$records/load.json"
page evidence "$records/count-1.json" "$records/evidence.json" "$records/growth.json"
valid "$T"/*.html
is "all are valid HTML" "$err" ""
is "the validator says so" "$status" 0

sed 's|</main>|</div>|' "$T/records.html" >"$T/broken.html"
valid "$T/broken.html"
like "and would tell if not" "$err" 'error: .*div'
