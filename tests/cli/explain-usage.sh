#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
. "$(dirname "$0")/../lib.sh"

run labctl explain ffi --variant nope
is "--variant names one, as with run" "$status" 2
like "which must be there" "$err" "has no variant 'nope'"
run labctl explain ffi rust --variant rust
is "once is enough" "$status" 2
like "says so" "$err" "name a variant once"
run labctl explain ffi --variant rust --try solution.py
is "a variant or a file" "$status" 2
like "not both" "$err" "not both"
run labctl report "$T/none.json"
like "a record that is not there: where one comes from" "$err" "labctl run EXERCISE --json FILE"
