#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:postgres
#
# Two LABCTL_ROOTs may lead to the same files, and neither sees the other's records: gc of the one
# leaves the labs of the other alone, and the initial states on which they stand.
. "$(dirname "$0")/../lib.sh"

rm "$LABCTL_ROOT/lib/initial" # a link to what is shared: here is one of our own
mkdir "$LABCTL_ROOT/lib/initial"
at_exit labctl down --all
ok "up" labctl up ada --with postgres
works() {
	labctl exec --lab ada -- python3 -c '
import psycopg
with psycopg.connect() as c: c.execute("create table if not exists t (id int); insert into t values (1)")'
}
ok "the lab works" works

mkdir -p "$T/same" "$T/bare/lib"
ln -s "$LABCTL_ROOT/lib" "$T/same/lib"
ln -s "$LABCTL_ROOT/lib/initial" "$LABCTL_ROOT/lib/labs" "$T/bare/lib/"
run env LABCTL_ROOT="$T/same" "$LABCTL" gc
is "gc with the same files: nothing was left over" "$out" "nothing was left over"
run env LABCTL_ROOT="$T/bare" "$LABCTL" gc
is "gc that knows no image: nothing either" "$out" "nothing was left over"
ok "the lab's files are there" test -e "$LABCTL_ROOT/lib/labs/ada/disk/postgres"
ok "it still works" works
ok "... and is reset" labctl reset ada
ok "down" labctl down ada
# The supervisor ends a moment after it has said that the lab is down.
goes() { LABCTL_ROOT="$T/bare" "$LABCTL" gc | grep "removed initial state"; }
ok "what nobody stands on goes" wait_for 10 goes
