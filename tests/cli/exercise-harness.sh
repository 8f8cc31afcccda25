#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 120
#
# What runs inside the sandbox, tested outside of one: whatever a student's file
# does, the harness answers with a frame that says so.
. "$(dirname "$0")/../lib.sh"

command -v python3 >/dev/null || skip_all "no python3 on this host"

python3 "$TOP/tests/unit/test_harness.py" -v >"$T/log" 2>&1
while read -r name result; do
	is "${name//_/ }" "$result" ok
done < <(sed -n 's/^\(test_[^ ]*\) .* \.\.\. \([A-Za-z]*\).*/\1 \2/p' "$T/log")
like "all of them ran" "$(cat "$T/log")" "Ran [0-9]+ tests"
