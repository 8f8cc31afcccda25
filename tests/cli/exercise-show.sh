#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../lib.sh"

run labctl exercise show "$TOP/tests/fixtures/count"
is "shows" "$status" 0
like "the limits" "$out" "^Limits: +1 CPU, 64.0 MiB memory"
like "the variants" "$out" "^  dictionary +a dictionary"
unlike "not the hidden ones" "$out" "guess"
run labctl exercise show algorythm
like "an unknown one: the nearest" "$err" "algorithm"
