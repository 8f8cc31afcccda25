#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python fast
# timeout: 180
. "$(dirname "$0")/../lib.sh"

right="buffered asynchronous threads grouped records columns mapped together jsonlines asyncfiles"
wrong="hopeful"
names="$right $wrong"
run labctl run io --variant "${names// /,}" --budget 4s --json "$T/record.json"
verdicts=$(python3 "$TOP/tests/fixtures/verdicts.py" "$T/record.json")
for name in baseline $right; do
	like "$name gives the right output" "$verdicts" "^$name right"
done
like "what no fsync forced to the disk is found out" "$verdicts" \
	"^hopeful wrong after a power cut there is no file 'journal'"
like "a byte a call is counted" "$out" "^  baseline +[0-9]{6} .* [1-4]?[0-9]B "
