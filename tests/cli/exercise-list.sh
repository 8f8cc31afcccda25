#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../lib.sh"

run labctl exercise list
is "lists" "$status" 0
like "has algorithm" "$out" "^algorithm +[A-Z]"
unlike "and not the harness" "$out" "^harness"
run labctl exercise list --json
ok "as JSON" python3 -c 'import json, sys; assert any(x["name"] == "algorithm" for x in json.load(open(sys.argv[1])))' "$T/stdout"
