#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../lib.sh"

run labctl
is "no command: exit 2" "$status" 2
like "says so" "$err" "^labctl: no command given"

run labctl hlep
is "unknown command: exit 2" "$status" 2
like "names it" "$err" "there is no command 'hlep'"
like "and the nearest" "$err" "^  try: did you mean 'labctl help'"
is "nothing on standard output" "$out" ""

run labctl --verbos
like "the nearest option" "$err" "did you mean '--verbose'"

run labctl help --nonsense=1
is "unknown option of a command: exit 2" "$status" 2
like "names it without its value" "$err" "unknown option '--nonsense'$"

run labctl --version
like "the version" "$out" "^labctl [0-9]+\.[0-9]+"
