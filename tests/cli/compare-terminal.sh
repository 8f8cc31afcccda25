#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A record of somebody else's is text for the terminal of who compares it, and never a command to it.
. "$(dirname "$0")/../lib.sh"
records=$TOP/tests/fixtures/records

# What a terminal acts upon, as the end of every name: a title, an 8-bit escape, a text turned round.
python3 - "$records/count-1.json" "$T/hostile.json" <<'END'
import json
import sys

record = json.load(open(sys.argv[1]))
for variant in record["variants"]:
    variant["name"] += "\u001b]0;title\u0007\u009b31m\u202e\u2066\u007f"
record["exercise"] += "\u001b[2J"
json.dump(record, open(sys.argv[2], "w"))
END
run labctl compare "$T/hostile.json" "$T/hostile.json"
is "it is compared" "$status" 0
like "by the names that it has" "$out" '^dictionary\?]0;title\?'
is "without a character that a terminal acts upon" "$(python3 -c '
import sys, unicodedata
text = open(sys.argv[1]).read().replace("\n", "")
print([c for c in text if unicodedata.category(c) in ("Cc", "Cf")])' "$T/stdout")" "[]"
like "control: they are in the record" "$(cat "$T/hostile.json")" 'u001b]0;title'
