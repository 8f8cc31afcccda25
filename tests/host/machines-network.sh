#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:dask
# timeout: 120
. "$(dirname "$0")/../lib.sh"

# The file raises what it saw; its words are wrapped, so they are taken from the record.
run labctl run parallel --cpu 1 --try "$TOP/tests/fixtures/machines/look.py" --machines \
	--budget 20s --json "$T/record.json"
seen=$(python3 -c '
import json, sys
record = json.load(open(sys.argv[1]))
print([s["words"] for s in record["samples"] if s.get("words")][0])' "$T/record.json")
like "the workspace has a wire to each" "$seen" '"workspace": \["lo", "wire1", "wire2", "wire3"\]'
like "a machine has one" "$seen" '"machine": \["eth0", "lo"\]'
like "the workspace reaches a machine" "$seen" '"from the workspace": "answers"'
like "a machine reaches another" "$seen" '"from machine to machine": "answers"'
like "and nothing else: there is no way out" "$seen" '"beyond": "(Network is unreachable|No route to host|Destination .*)"'
host=$(grep -c '^ *\(wire\|veth\)' /proc/net/dev)
is "the host's network has none of it" "$host" 0
