#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A report over seven records: its size, and when Chromium first paints it. The records are those
# that the row "seven" kept; where it did not run, made of fixtures.
# The first paint is the middle one of five, from a file, nothing cached.

set -eu
cd "$(dirname "$0")/../.."
if ! command -v chromium >/dev/null || [ ! -s build/report/libraries.js ]; then
	echo "needs chromium and the chart libraries: .ci/packages test && make charts"
	exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fixtures=tests/fixtures/records
if [ "$(find build/bench/seven -name '*.json' 2>/dev/null | wc -l)" = 7 ]; then
	cp build/bench/seven/*.json "$work"
	echo "records: as labctl run --all made them"
else
	echo "records: fixtures; 'make bench BENCH=seven' makes real ones"
fi
for i in 1 2 3 4 5 6 7; do
	[ "$(find "$work" -name '*.json' | wc -l)" -lt 7 ] || break
	case $i in [1-4]) from=count-1 ;; *) from=load ;; esac
	sed "s/\"exercise\": *\"[a-z]*\"/\"exercise\": \"exercise-$i\"/" $fixtures/$from.json >"$work/$i.json"
done
"$LABCTL" report "$work"/*.json --html "$work/page.html"
bytes=$(stat -c %s "$work/page.html")
paint=$(python3 - "$work/page.html" <<'EOF'
import statistics, sys
sys.path.insert(0, "tests")
from browser import Browser
paints = []
for _ in range(5):
    with Browser() as browser:
        paints.append(browser.open(sys.argv[1]).first_paint_ms())
print(round(statistics.median(paints)))
EOF
)
verdict() { [ "$1" -le "$2" ] && echo ok || echo short; }
echo "row report-size ${bytes}B - - <=3000000B $(verdict "$bytes" 3000000)"
echo "row report-first-paint ${paint}ms - - <=1000ms $(verdict "$paint" 1000)"
