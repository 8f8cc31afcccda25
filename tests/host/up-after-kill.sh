#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:redis
#
# kill -9 of a supervisor: its services die with it, and the next command clears up.
. "$(dirname "$0")/../lib.sh"

supervisor() {
	python3 -c "import json, sys; print(json.load(open(sys.argv[1]))['supervisor'])" \
		"$LABCTL_ROOT/run/labs/ada/lab.json"
}
service() {
	python3 -c "import json, sys; print(json.load(open(sys.argv[1]))['services'][0]['pid'])" \
		"$LABCTL_ROOT/run/labs/ada/lab.json"
}
gone() { ! kill -0 "$1"; }

at_exit labctl down --all
ok "up" labctl up ada --with redis
pid=$(service)
first=$(supervisor)
kill -9 "$first"
ok "the service dies with it" wait_for 5 gone "$pid"

run labctl exec --lab ada -- true
is "a command says so: exit 4" "$status" 4
like "what happened" "$err" "the supervisor of lab 'ada' .* is dead"
like "what to do" "$err" "labctl gc"
unlike "ps does not list it" "$(labctl ps)" ada

run labctl up ada --with redis
is "up begins it anew" "$status" 0
second=$(supervisor)
kill -9 "$second"
wait_for 5 gone "$second"
run labctl gc
like "gc names what it removed" "$out" "removed lab ada"
ok "its files are gone" test ! -e "$LABCTL_ROOT/lib/labs/ada"
