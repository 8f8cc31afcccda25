#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# All exercises at size small, everything built: bar 4 minutes, of which at least 60 % inside
# measured samples (from GO to RESULT; of a load all its loops).

set -u
cd "$(dirname "$0")/../.." || exit 2
[ "$(id -u)" = 0 ] || { echo "needs root"; exit 77; }
work=$(mktemp -d "${TMPDIR:-/tmp}/labctl-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT

begun=$EPOCHREALTIME
"$LABCTL" run --all --size small --json "$work/record.json" >"$work/out" 2>"$work/err" ||
	{ tail -20 "$work/err"; exit 1; }
rm -rf build/bench/seven
mkdir -p build/bench/seven # for the row "report"
cp "$work"/record-*.json build/bench/seven/
total=$(awk -v a="$begun" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }')
sed -n '/^exercise  /,$p' "$work/out"
python3 - "$total" "$work"/record-*.json <<'P'
import json
import sys


total, inside = float(sys.argv[1]), 0
for path in sys.argv[2:]:
    with open(path, encoding="utf-8") as file:
        record = json.load(file)
    measured = sum(sample["measured_ns"] for sample in record["samples"]) / 1e9
    inside += measured
    print(f"{record['exercise']}: {record['duration_ns'] / 1e9:.1f} s, {measured:.1f} s of it measured")
share = 100 * inside / total
print(f"row seven {total}s - - <=240s {'ok' if total <= 240 else 'short'}")
print(f"row seven-measured {share:.0f}% - - >=60% {'ok' if share >= 60 else 'short'}")
P
