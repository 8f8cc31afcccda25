#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

run labctl exercise check "$TOP/tests/fixtures/count" --budget 4s
is "the fixture keeps its promises" "$status" 0
like "the faster one" "$out" "^ok   dictionary: expected faster, found faster$"
like "the hidden wrong one too" "$out" "^ok   guess: expected wrong, found wrong$"

cp -r "$TOP/tests/fixtures/count" "$T/count"
cp "$T/count/variants/baseline.py" "$T/count/variants/dictionary.py"
run labctl exercise check "$T/count" --budget 4s
is "a broken promise: exit 1" "$status" 1
like "says which" "$out" "^FAIL dictionary: expected faster"
