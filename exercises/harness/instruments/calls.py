# SPDX-License-Identifier: Apache-2.0
"""Which system calls, how many, and how long each takes: strace -c, attached for one run.

strace stops the program twice at each call, so a program of many calls takes many times longer
under it; the counts are exact all the same. How much longer is said in the report.
"""

import ctypes
import os
import re
import select
import signal
import subprocess
import tempfile
import time

from report import ms, report, table, text

PR_SET_PTRACER = 0x59616D61
ATTACH_SECONDS = 10
ROWS = 15
WAITS = {"epoll_wait", "epoll_pwait", "poll", "ppoll", "select", "pselect6", "futex", "accept4"}
FIELDS = re.compile(r"\s*([\d.]+)\s+([\d.]+)\s+(\d+)\s+(\d+)\s+(\d+)?\s*(\w+)$")


def observe(subject, data):
    with tempfile.NamedTemporaryFile(dir=subject.ctx.tmpdir) as summary:
        tracer = attach(summary.name)
        try:
            start = time.monotonic_ns()
            subject.run(data)
            wall_ns = time.monotonic_ns() - start
        finally:
            tracer.send_signal(signal.SIGINT)
            tracer.wait(ATTACH_SECONDS)
        rows = sorted(parse(summary.read().decode()), key=lambda row: -row[1])
    return report(
        f"system calls of {subject.name}",
        text(
            "in all",
            f"{sum(row[2] for row in rows)} calls in {ms(wall_ns)} ms under strace, which slows each "
            "down:\ncounts are exact, times are for comparing calls with one another",
        ),
        table(
            "by the time spent in them",
            ["call", "ms", "calls", "microseconds each", "failed"],
            [
                [name, round(seconds * 1e3, 1), calls, each, failed]
                for name, seconds, calls, each, failed in rows[:ROWS]
            ],
            note(rows),
            ranking=True,
        ),
    )


def attach(summary):
    """strace on this process and all it will start, from the moment this returns."""
    libc = ctypes.CDLL(None)
    columns = "time-percent,total-time,avg-time,calls,errors,name"
    tracer = subprocess.Popen(
        ["strace", "-c", "-w", "-f", "-U", columns, "-o", summary, "-p", str(os.getpid())],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    libc.prctl(PR_SET_PTRACER, tracer.pid, 0, 0, 0)
    ready, _, _ = select.select([tracer.stderr], [], [], ATTACH_SECONDS)
    said = tracer.stderr.readline().decode() if ready else "it said nothing"
    if "attached" not in said:
        tracer.kill()
        raise RuntimeError(f"strace could not attach: {said.strip()}")
    return tracer


def parse(lines):
    """(name, seconds, calls, microseconds a call, failed) of each line of the summary."""
    for line in lines.splitlines():
        fields = FIELDS.match(line)
        if fields and fields[6] != "total":
            yield fields[6], float(fields[2]), int(fields[4]), int(fields[3]), int(fields[5] or 0)


def note(rows):
    waits = [row[0] for row in rows[:ROWS] if row[0] in WAITS]
    waiting = f"; {', '.join(waits)}: waiting for something to happen" if waits else ""
    reads = "a read of few microseconds came from the page cache, one of hundreds from a disk"
    return reads + waiting
