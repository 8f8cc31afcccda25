#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:redis
#
# kill -9 of a lab with a disk of its own: its mount, loop device and file go with gc, or with the
# next lab of that name.
. "$(dirname "$0")/../lib.sh"

disk=$LABCTL_ROOT/lib/labs/ada/disk
kill_it() {
	local pid
	pid=$(python3 -c "import json, sys; print(json.load(open(sys.argv[1]))['supervisor'])" \
		"$LABCTL_ROOT/run/labs/ada/lab.json")
	kill -9 "$pid"
	wait_for 5 not_running "$pid"
}
not_running() { ! kill -0 "$1"; }
mounted() { grep -qF " $disk " /proc/self/mountinfo; }
detached() { ! losetup -a | grep -F "$T/"; }

at_exit labctl down --all
ok "up" labctl up ada --with redis --disk 64M
ok "its disk is mounted" mounted
kill_it
run labctl gc
like "gc names what it removed" "$out" "removed lab ada"
not_ok "nothing is mounted" mounted
ok "no loop device is attached" wait_for 5 detached
ok "no file is left" test ! -e "$LABCTL_ROOT/lib/labs/ada"

ok "up again" labctl up ada --with redis --disk 64M
kill_it
ok "up begins it anew" labctl up ada --with redis --disk 64M
is "with one disk" "$(grep -cF " $disk " /proc/self/mountinfo)" 1
ok "down" labctl down ada
not_ok "nothing is mounted" mounted
ok "no loop device is attached" wait_for 5 detached
