#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
# timeout: 120
#
# What one sample of a run leaves for the next, on the stage that they have in common: files, IPC
# objects, a process, time stamps; and what it can do to the pid 1 that sees them come and go. Each
# sample looks for what the one before it left, leaves it, and looks again: that is the control.
. "$(dirname "$0")/../lib.sh"

# On pure version 2 each sample has a pid 1 of its own.
grep -q ' - cgroup .*[ ,]memory' /proc/self/mountinfo && on_stage=True || on_stage=False

cat >"$T/solution.py" <<END
ON_STAGE = $on_stage
END
cat >>"$T/solution.py" <<'END'
import ctypes
import os
import signal
from collections import Counter

libc = ctypes.CDLL(None, use_errno=True)
KEY = 0x6C616263
FILES = ["/mark", "/tmp/mark", "/dev/shm/mark", "/var/tmp/mark", "/lab/mark"]


def others():
    return [pid for pid in os.listdir("/proc") if pid.isdigit() and pid not in ("1", str(os.getpid()))]


def found():
    yield from filter(os.path.exists, FILES)
    if libc.shmget(KEY, 0, 0) >= 0:
        yield "shared memory"
    if libc.mq_open(b"/mark", os.O_RDONLY) >= 0:
        yield "a queue"
    if others():
        yield "a process"


def leave():
    for path in FILES:
        open(path, "w").close()
    libc.shmget(KEY, 4096, 0o1600)
    libc.mq_open(b"/mark", os.O_RDWR | os.O_CREAT, 0o600, None)
    if os.fork() == 0:
        os.setsid()
        signal.pause()


def refused(what, *args):
    try:
        what(*args)
    except OSError:
        return
    raise Exception(f"allowed: {what.__name__}{args}")


def run(ctx, data):
    if marks := list(found()):
        raise Exception(f"found: {marks}")
    if os.getpid() != 2:
        raise Exception(f"found: pids are counted on, this is {os.getpid()}")
    leave()
    if len(marks := list(found())) != len(FILES) + 3:
        raise Exception(f"control: of what was left only {marks}")
    if ON_STAGE:
        refused(os.utime, "/dev/null")
        refused(os.kill, 1, signal.SIGKILL)
        refused(os.listdir, "/proc/1")
        refused(open, "/proc/1/stat")
    with open("/dev/null", "w") as null:
        null.write("the device works")
    return Counter(data["words"])
END
run labctl run "$TOP/tests/fixtures/count" --try "$T/solution.py" --budget "$(at_most 10)s" \
	--precision 20% --json "$T/record.json"
unlike "no sample found a thing, and each was refused what it tried" "$out$err" \
	"found:|allowed:|control:"
endings() {
	python3 - "$T/record.json" <<'END'
import json
import sys

record = json.load(open(sys.argv[1]))
names = [variant["name"] for variant in record["variants"]]
print({s["ending"] for s in record["samples"] if names[s["variant"]] == "try"},
      sum(s["batch"] for s in record["samples"] if names[s["variant"]] == "try") > 1)
END
}
is "several samples ran, all to their end" "$(endings)" "{'ok'} True"
