#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The exercise `jit`, its numeric loop alone: how many times faster than CPython a
# GraalPy process is once warm (bar 4), and when it ends after one call, as a
# short script does (bar: slower). With the intervals of labctl run.

set -u
cd "$(dirname "$0")/../.." || exit 2
work=$(mktemp -d "${TMPDIR:-/tmp}/labctl-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
for image in python graalpy; do
	build/labctl image build $image >/dev/null || { echo "no image $image" && exit 77; }
done

cp -r exercises/jit "$work/numeric"
sed -i '/^  small:/,/^  medium:/ s/calls:.*/calls: 60/
	/^  small:/,/^  medium:/ s/parameters:.*/parameters: {days: 8, steps: 24000, ships: 1}/' \
	"$work/numeric/exercise.yaml"
build/labctl run "$work/numeric" --variant graalpy --budget "${BUDGET:-90s}" --json "$work/record.json" |
	sed -n '/times faster/,/^$/p; /JIT/,/between/p'
python3 - "$work/record.json" <<'EOF'
import json, sys

record = json.load(open(sys.argv[1]))
figure = next(f for f in record["figures"] if record["variants"][f["variant"]]["name"] == "graalpy")


def row(name, interval, bar, good):
    if interval["low"] is None:
        print(f"row {name} - - - {bar} short")
        return
    words = "{estimate:.3g}x[{low:.3g},{high:.3g}]".format(**interval)
    print(f"row {name} {words} - - {bar} {'ok' if good(interval) else 'short'}")


row("jit-numeric", figure["ratio"], ">=4x", lambda i: i["estimate"] >= 4)
row("jit-short", figure["warm"]["cold_ratio"], "<1x", lambda i: i["high"] < 1)
EOF
