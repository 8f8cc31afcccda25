#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Looking at images needs no privileges; names that mean nothing are answered in words.
. "$(dirname "$0")/../lib.sh"

run labctl image list
is "nothing built: exit 0" "$status" 0
like "all that could be" "$out" "^postgres +not built"
run labctl image list --json
is "as JSON" "$(python3 -c 'import json, sys; print(sorted({i["state"] for i in json.load(sys.stdin)}))' <"$T/stdout")" "['not built']"

run labctl image show python
is "not built: exit 3" "$status" 3
like "which, and what to do" "$(tr -d '\n' <"$T/stderr")" "image 'python' is not built.*try: sudo labctl image build python"
run labctl image show 0123456789ab
is "a digest of none: exit 3" "$status" 3
run labctl image show
is "none named: exit 2" "$status" 2
run labctl image diff python
is "one named: exit 2" "$status" 2
run labctl image diff python redis
is "two that are not built: exit 3" "$status" 3
