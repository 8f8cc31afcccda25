# SPDX-License-Identifier: Apache-2.0
"""What the interpreter compiled while the program ran, and what that did to each call's time.

The program is called again and again in one process. The engine's own records say what was
compiled; GraalPy's sampler, in a process of its own, where the time went once all was warm.
"""

import collections
import json
import os
import re
import subprocess
import sys
import time

import engine
from report import report, table, text

CALLS = 40
SECONDS = 20
WIDTH = 48
TOP = 12
LINE = re.compile(
    r"opt (done)\s.*?<(.*?)>.*?\|Tier (\d)\|.*?Time\s+(\d+)\(.*?CodeSize\s+(\d+)"
)

seen = None


def begin(subject):
    global seen
    seen = engine.Engine()


def observe(subject, data):
    times, compiled = warm_up(subject, data)
    notes = seen.notes()
    return report(
        f"compilation of {subject.name} by {notes['engine']}",
        text("time of each call", curve(times, compiled)),
        what_was_compiled(notes),
        sampled(subject, data),
    )


def warm_up(subject, data):
    """(seconds of each call, compilations seen by its end)."""
    times, compiled = [], []
    end = time.monotonic() + SECONDS
    while len(times) < CALLS and (len(times) < 3 or time.monotonic() < end):
        start = time.monotonic()
        subject.run(data)
        times.append(time.monotonic() - start)
        compiled.append(seen.notes()["compilations"])
    return times, compiled


def curve(times, compiled):
    """A bar for each call, and how much had been compiled by then."""
    longest = max(times)
    lines = [f"call {'ms':>9}  compiled"]
    for call, (seconds, count) in enumerate(zip(times, compiled), 1):
        bar = "#" * max(1, round(WIDTH * seconds / longest))
        lines.append(f"{call:>4} {seconds * 1e3:>9.1f}  {count:>8}  {bar}")
    return "\n".join(lines)


def what_was_compiled(notes):
    if engine.NAME == "cpython":
        return text("compiled", "CPython turns source into bytecode, and interprets that.")
    if engine.NAME == "pypy":
        return text("compiled", f"{notes['compilations']} loops and bridges, as PyPy's hook counts")
    functions = collections.OrderedDict()
    dropped = 0
    for line in engine.log():
        found = LINE.search(line)
        if "opt deopt" in line:
            dropped += 1
        if found:
            name = found[2].removeprefix("bytecode ").split(" at ")[0]
            tier, ms, size = int(found[3]), int(found[4]), int(found[5])
            entry = functions.setdefault(name, [0, 0, 0, 0])
            entry[0] += 1
            entry[1] = max(entry[1], tier)
            entry[2] += ms
            entry[3] = size
    rows = sorted(([name, *entry] for name, entry in functions.items()), key=lambda row: -row[3])
    if not rows:
        return text("compiled", "nothing: the compiler is not there, or nothing ran often enough")
    return table(
        "compiled, as GraalPy's own log tells",
        ["function or loop", "times", "tier", "ms", "bytes of code"],
        rows[:TOP],
        f"{notes['compilations']} compilations in all, {dropped} taken back because what they "
        "assumed no longer held; tier 1 is quick, tier 2 optimised",
    )


def sampled(subject, data):
    """GraalPy's CPU sampler, which reports at the end of a process: so it gets one."""
    if engine.NAME != "graalpy":
        return None
    folder = os.path.dirname(subject.file)
    program = (
        f"import sys, time, json; sys.path.insert(0, {folder!r}); "
        f"import {subject.name} as program; data = json.load(open('/tmp/input.json')); "
        f"end = time.monotonic() + {SECONDS / 2}\n"
        "while time.monotonic() < end: program.run(None, data)\n"
    )
    with open("/tmp/input.json", "w") as file:
        json.dump(data, file)
    command = [sys.executable, "--cpusampler", "--cpusampler.Output=histogram", "-c", program]
    environ = {k: v for k, v in os.environ.items() if k != "LABCTL_COMPILE_LOG"}
    done = subprocess.run(command, capture_output=True, text=True, env=environ, check=False)
    rows = histogram(done.stdout)
    if not rows:
        return text("sampler", (done.stderr or done.stdout).strip()[-400:] or "it said nothing")
    return table(
        "where the time goes, GraalPy's CPU sampler",
        ["function", "with callees %", "itself %"],
        rows[:TOP],
        f"a process of its own, looked at every 10 ms for {SECONDS // 2} s",
    )


def histogram(output):
    """Lines such as " tides || 510ms 60.0% || 500ms 59.0% || baseline.py~9-26:..."."""
    rows = []
    for line in output.splitlines():
        cells = [cell.strip() for cell in line.split("||")]
        shares = [re.search(r"([\d.]+)%", cell) for cell in cells[1:3]]
        if len(cells) >= 3 and all(shares):
            rows.append([cells[0], float(shares[0][1]), float(shares[1][1])])
    return sorted((row for row in rows if row[2] >= 0.5), key=lambda row: -row[2])
