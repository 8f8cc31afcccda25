#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
. "$(dirname "$0")/../lib.sh"

labctl exec --output 10000 yes 2>"$T/err" | wc -c >"$T/count"
is "not one byte more comes out" "$(cat "$T/count")" 10000

run labctl exec --output 10000 yes
is "too much output is exit 153" "$status" 153
like "the limit is named" "$err" "killed: wrote more output than its limit of"

run labctl exec --output 10000 sh -c 'head -c 5000 /dev/zero; head -c 5000 /dev/zero >&2'
is "as much as allowed is allowed" "$status" 0
run labctl exec --output 10000 sh -c 'head -c 5000 /dev/zero; head -c 5001 /dev/zero >&2; sleep 60' # bounded: ends at the limit
is "both streams count together" "$status" 153
