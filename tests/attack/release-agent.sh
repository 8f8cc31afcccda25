#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# CVE-2022-0492: with a cgroup file system of one's own, the program that is run when a group gets
# empty runs as the host's root.
. "$(dirname "$0")/lib.sh"

box -- /attack/escape mounts
refused "no cgroup file system can be mounted"
box -- /attack/escape open-write /sys/fs/cgroup/{memory,cpu,pids,systemd}/{release_agent,cgroup.procs} \
	/sys/fs/cgroup/cgroup.procs
refused "and none is there"

agent=$(ls /sys/fs/cgroup/*/release_agent 2>/dev/null | head -1)
if [ -n "$agent" ]; then
	control "outside it can be opened" "$attack/escape" open-write "$agent"
else
	skip "control" "this host has no cgroup v1"
fi
