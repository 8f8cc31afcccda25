#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../lib.sh"

run labctl help
is "help succeeds" "$status" 0
like "names the commands" "$out" "^  help  "
is "nothing on standard error" "$err" ""

run labctl --help
like "--help is the same" "$out" "^Usage: labctl "

run labctl help help
like "a command's help has its synopsis" "$out" "^Usage: labctl help "
run labctl help --help
like "so does --help behind it" "$out" "^Usage: labctl help "
