#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
# timeout: 120
. "$(dirname "$0")/../lib.sh"

# A run is killed in the middle of a sample that has a process of its own outside its session: the
# stage on which samples follow one another dies with labctl, and all with the stage.
cat >"$T/solution.py" <<'END'
import os
import subprocess


def run(ctx, data):
    subprocess.Popen(["sleep", "61.9"], start_new_session=True)
    os.wait()
END
there() { pgrep -fx 'sleep 61.9' >/dev/null; }
gone() { ! there; }
"$LABCTL" run "$TOP/tests/fixtures/count" --try "$T/solution.py" --budget 10m >/dev/null 2>&1 &
labctl=$!
ok "a sample is under way" wait_for 60 there
stage=$(pgrep -P $labctl -x labctl-init)
kill -9 $labctl
wait $labctl 2>/dev/null
ok "its processes are gone by themselves" wait_for 5 gone
inits_gone() { ! ps -o comm= -p "${stage//$'\n'/,}" | grep -q labctl-init; }
ok "and so are those that had them in charge" wait_for 5 inits_gone
run labctl gc
like "gc finds the groups" "$out" "(worker|judge|run)-count"
run labctl gc
is "and nothing more" "$out" "nothing was left over"
