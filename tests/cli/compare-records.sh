#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../lib.sh"
records=$TOP/tests/fixtures/records

run labctl compare "$records/count-1.json" "$records/count-2.json"
is "two runs of the same agree" "$status" 0
like "says so" "$out" "^The two records agree\.$"
like "row by row" "$out" "^dictionary +[0-9.]+ \[.*agree$"

# The same record with a variant that takes twice as long.
python3 - "$records/count-1.json" "$T/slower.json" <<'EOF'
import json, sys
record = json.load(open(sys.argv[1]))
for sample in record["samples"]:
    sample["wall_ns"] *= 1 + sample["variant"]
json.dump(record, open(sys.argv[2], "w"))
EOF
run labctl compare "$records/count-1.json" "$T/slower.json"
is "half the speed differs" "$status" 1
like "that row is marked" "$out" "^dictionary .* 0\.5[0-9.]* \[.*DIFFER$"
run labctl compare "$records/count-1.json" "$T/slower.json" --json
ok "rows as JSON" python3 -c 'import json, sys; assert not json.load(open(sys.argv[1]))[0]["agree"]' "$T/stdout"

run labctl compare "$records/count-1.json"
is "one record is not enough" "$status" 2
echo '{"schema": 1' >"$T/broken.json"
run labctl compare "$T/broken.json" "$records/count-1.json"
is "a broken record: exit 3" "$status" 3
like "its place is named" "$err" "broken.json:2"
