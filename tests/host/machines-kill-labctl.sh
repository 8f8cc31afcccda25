#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python image:dask
# timeout: 180
. "$(dirname "$0")/../lib.sh"

# Killed while its machines are up, labctl leaves no process, and gc what else there is.
"$LABCTL" run parallel --cpu 1 --try "$TOP/tests/fixtures/machines/hold.py" --machines \
	--budget 60s >"$T/log" 2>&1 &
labctl=$!
ours=$(our_cgroup_name)
machines_up() { compgen -G "/sys/fs/cgroup/*/$ours/worker-2.*" || compgen -G "/sys/fs/cgroup/$ours/worker-2.*"; } >/dev/null
ok "the machines come up" wait_for 90 machines_up
kill -9 $labctl
wait $labctl 2>/dev/null
gone() { [[ $(leftovers) != *process\ * ]]; }
ok "every process is gone by itself" wait_for 20 gone
run labctl gc
is "gc finds the rest" "$status" 0
is "nothing of it is left" "$(leftovers)" ""
