#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
#
# The home lasts as long as the lab, the rest as long as the shell; --bind shows a host directory.
. "$(dirname "$0")/../lib.sh"

at_exit labctl down --all
ok "up" labctl up ada
labctl shell ada sh -c 'echo mine >/root/notes; echo gone >/etc/gone'
run labctl shell ada sh -c 'cat /root/notes; cat /etc/gone'
is "the home is there in the next shell" "$out" mine
like "what was written elsewhere is not" "$err" "No such file"
mkdir "$T/work"
echo theirs >"$T/work/solution.py"
chmod -R a+rX "$T/work"
chmod a+x "$T"
run labctl shell --bind "$T/work" ada sh -c 'cat /lab/work/solution.py; echo x >/lab/work/y'
is "a host directory is shown" "$out" theirs
like "read-only" "$err" "Read-only file system"
run labctl shell ada sh -c 'exit 7'
is "the exit status is passed on" "$status" 7
