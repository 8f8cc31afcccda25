#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python program:python3
# timeout: 120
#
# Keep the answer for the next process. The calls of one sample of a fast variant have the same input,
# each in a process of its own: what any of them left behind would be an answer. Here, so that it
# shows, it makes the answer wrong.
. "$(dirname "$0")/lib.sh"

cat >"$T/solution.py" <<'EOF'
import ctypes
import os
import tempfile

MARK, KEY = "labctl-memo-kept", 0x6C616263
folders = ["/lab/tmp", "/tmp", "/var/tmp", "/dev/shm", "/run", "/", os.path.expanduser("~"), tempfile.gettempdir()]
libc = ctypes.CDLL(None)


def found():
    return any(os.path.exists(os.path.join(at, MARK)) for at in folders) or libc.shmget(KEY, 0, 0) >= 0


def keep():
    for at in folders:
        try:
            open(os.path.join(at, MARK), "w").close()
        except OSError:
            pass
    libc.shmget(KEY, 4096, 0o1666)


def run(ctx, data):
    if found():
        return {}
    keep()
    counts = {}
    for word in data["words"]:
        counts[word] = counts.get(word, 0) + 1
    return counts
EOF
run labctl run "$TOP/tests/fixtures/count" --try "$T/solution.py" --budget "$(at_most 20)s" --precision 50% --json "$T/record.json"
ok "no call found what another had kept" python3 -c "
import json
record = json.load(open('$T/record.json'))
tried = [s for s in record['samples'] if s['variant'] == 1]
assert len(tried) > 1 and all(s['ending'] == 'ok' for s in tried), tried"

# A folder of the test's own instead of the host's, and no segment that would stay.
cat >"$T/outside.py" <<EOF
import sys
sys.path.insert(0, "$T")
import solution
solution.folders[:] = ["$T"]
solution.libc = type("", (), {"shmget": lambda *a: -1})()
sys.exit(bool(solution.run(None, {"words": ["a"]})) != (sys.argv[1] == "first"))
EOF
control "outside the first leaves it" python3 "$T/outside.py" first
control "and the second finds it" python3 "$T/outside.py" second
