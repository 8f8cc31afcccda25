#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# `labctl explain` of each exercise's baseline, all its instruments: bar twice the run it explains
# (from the start of its process to the answer) and five seconds. The row is the exercise nearest
# to its bar, or farthest beyond.

set -u
cd "$(dirname "$0")/../.." || exit 2
[ "$(id -u)" = 0 ] || { echo "needs root"; exit 77; }
work=$(mktemp -d "${TMPDIR:-/tmp}/labctl-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT

for exercise in $("$LABCTL" exercise list --json | python3 -c 'import json, sys; print(*(x["name"] for x in json.load(sys.stdin)))'); do
	"$LABCTL" run "$exercise" --variant baseline --budget 3s --json "$work/record.json" >/dev/null 2>"$work/err" ||
		{ tail -5 "$work/err"; exit 1; }
	begun=$EPOCHREALTIME
	"$LABCTL" explain "$exercise" >/dev/null 2>"$work/err" || { tail -5 "$work/err"; exit 1; }
	python3 - "$exercise" "$begun" "$EPOCHREALTIME" "$work/record.json" <<'P' | tee -a "$work/all"
import json
import statistics
import sys

with open(sys.argv[4], encoding="utf-8") as file:
    samples = json.load(file)["samples"]
run = statistics.median(s["start_ns"] + s["setup_ns"] + s["wall_ns"] for s in samples) / 1e9
took, bar = float(sys.argv[3]) - float(sys.argv[2]), 2 * run + 5
print(f"{sys.argv[1]} {took:.1f} s, bar {bar:.1f} s ({took / bar:.2f})")
P
done
sort -t'(' -k2 -n "$work/all" | tail -1 | awk '{
	gsub(/[()]/, "", $NF)
	printf "row explain-%s %ss - %s <=%ss %s\n", $1, $2, $NF, $5, $NF <= 1 ? "ok" : "short"
}'
