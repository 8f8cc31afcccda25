#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../lib.sh"

# As a run writes them: bytes and nanoseconds.
python3 - "$TOP/tests/fixtures/records/count-1.json" "$T/record.json" <<'EOF'
import json, sys
record = json.load(open(sys.argv[1]))
limit = {"enforced": True, "by": "labctl"}
record["proven"] = [
    {"limit": "memory", "asked": "536870912", **limit},
    {"limit": "time", "asked": "30000000000", **limit},
    {"limit": "pids", "asked": "64", **limit},
]
json.dump(record, open(sys.argv[2], "w"))
EOF
run labctl report "$T/record.json"
like "memory in units" "$out" "^\| memory \| 512 MiB \|"
like "so time" "$out" "^\| time \| 30.0 s \|"
like "a number is one" "$out" "^\| pids \| 64 \|"
seed=$(python3 -c 'import json, sys; print(int(str(json.load(open(sys.argv[1]))["plan"]["seed"]), 0))' "$T/record.json")
like "the seed as run prints and takes it" "$out" "^\| seed \| $seed \|"
