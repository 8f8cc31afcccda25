#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:pypy image:graalpy fast
# timeout: 600
. "$(dirname "$0")/../lib.sh"

names="plain graalpy pypy fresh foreign"
labctl run jit --variant "${names// /,}" --budget 1s --json "$T/record.json" >"$T/out" 2>"$T/log" || cat "$T/log"
verdicts=$(python3 "$TOP/tests/fixtures/verdicts.py" "$T/record.json")
for name in baseline $names; do
	like "$name gives the right output" "$verdicts" "^$name right"
done
python3 - "$T/record.json" >"$T/facts" <<'EOF'
import json, sys
record = json.load(open(sys.argv[1]))
names = [v["name"] for v in record["variants"]]
for s in record["samples"]:
    series = s["series"]
    print(names[s["variant"]], len(series["calls_ns"]), "compiled" if series["compilations"] else "interpreted",
          "cold" if series["cold_ns"] > series["steady_ns"] > 0 else "?", series["engine"].split()[0])
EOF
facts=$(sort -u "$T/facts")
like "CPython: every call's time, nothing compiled" "$facts" "^baseline 40 interpreted cold cpython"
like "GraalPy compiles" "$facts" "^graalpy 40 compiled cold graalpy"
like "PyPy compiles" "$facts" "^pypy 40 compiled cold pypy"
like "and JIT is said of them" "$(cat "$T/out")" "graalpy \(graalpy 25[.0-9]+\): JIT, [0-9]+ compilations seen"
like "but not of CPython" "$(cat "$T/out")" "baseline \(CPython 3.13[.0-9]+\): no compilation was seen"

run labctl run jit --variant graalpy --memory 300M --budget 1s
like "too little memory for a JVM is named" "$out$err" "300 MiB of memory are too little for"
