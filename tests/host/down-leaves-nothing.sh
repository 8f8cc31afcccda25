#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:redis
#
# After `down` nothing is left: no process, group, mount or file of the lab.
. "$(dirname "$0")/../lib.sh"

at_exit labctl down --all
ok "one lab" labctl up ada --with redis --cpu 0.5
ok "another" labctl up eve --cpu 0.5
run labctl down ada
is "down succeeds" "$out" "lab ada is down"
ok "no files of state" test ! -e "$LABCTL_ROOT/lib/labs/ada"
ok "no files of the run" test ! -e "$LABCTL_ROOT/run/labs/ada"
like "the other lab is still up" "$(labctl ps)" "^eve "
run labctl down --all
is "all of them" "$out" "lab eve is down"

labctl up ada --cpu 0.5 >/dev/null
labctl up eve --cpu 0.5 >/dev/null
run labctl down ada nobody eve
is "one that there is none of: exit 2" "$status" 2
is "does not keep the others up" "$out" "lab ada is down
lab eve is down"
like "and is named" "$err" "there is no lab 'nobody'"
