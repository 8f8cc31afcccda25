#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../lib.sh"

status=0
labctl help >/dev/full 2>"$T/stderr" || status=$?
is "a full disk under standard output is a host fault" "$status" 4
like "and is said" "$(cat "$T/stderr")" "write the output: No space left"
