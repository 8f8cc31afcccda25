#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
# timeout: 120
. "$(dirname "$0")/../lib.sh"

run labctl doctor
like "what the host has" "$out" "ok +overlay file system +there"
unlike "nothing is lacking here" "$out" "^NO"
is "so it is fine" "$status" 0

run labctl doctor --probe --json
ok "JSON" python3 -c 'import json, sys; d = json.loads(sys.argv[1]); assert len(d["probes"]) >= 9; assert all("what" in r for r in d["host"])' "$out"
# Two probes measure how quick this machine is just now; that they can be made at all is enough.
is "each limit holds" "$(python3 -c 'import json, sys
for p in json.loads(sys.argv[1])["probes"]:
    quick = p["measured"].startswith("killed and gone") or p["what"] == "an empty program"
    if not p["good"] and not quick: print(p)' "$out")" ""
