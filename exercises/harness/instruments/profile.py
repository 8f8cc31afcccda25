# SPDX-License-Identifier: Apache-2.0
"""Which functions and which lines the time goes to.

Two passes, as each would disturb the other. First a clock interrupts the program every
millisecond of real time and notes the line it stands at: of the exercise's own
lines the innermost, so that time in a library or waiting for a server counts for the line
that asked for it. Then cProfile counts and times every call.
"""

import collections
import cProfile
import os
import pstats
import signal
import time

from report import is_own, ms, percent, place, report, source, stacks, table

PERIOD = 0.001
TOP = 12
DEEPEST = 60


def observe(subject, data):
    lines, calls, wall_ns = sample(subject, data)
    functions, rest = count(subject, data)
    return report(
        f"profile of {subject.name}, {ms(wall_ns)} ms",
        table(
            "functions of the program",
            ["function", "calls", "itself %", "with callees %"],
            functions,
            "shares of the time under the profiler, which makes calls dearer than they are",
        ),
        table(
            "lines",
            ["line", "time %", ""],
            lines,
            "where the program stood, looked at every millisecond without the profiler; the line "
            "of a def is the call itself",
        ),
        table("what the program calls", ["function", "calls", "itself %"], rest),
        stacks(
            "flame graph",
            calls,
            "who called whom, looked at every millisecond; the wider, the longer it was there",
        ),
    )


def sample(subject, data):
    """(rows of lines, {stack: nanoseconds}, nanoseconds in all)."""
    hits, calls = collections.Counter(), collections.Counter()
    last, names, busy = time.monotonic_ns(), {}, False

    def tick(number, frame):
        nonlocal busy
        if not busy:  # one that comes while this looks would see itself
            busy = True
            look(frame)
            busy = False

    def look(frame):
        nonlocal last
        now = time.monotonic_ns()
        if stack := stack_of(frame, names):
            calls[stack] += now - last
        while frame and not is_own(frame.f_code.co_filename):
            frame = frame.f_back
        if frame:
            hits[frame.f_code.co_filename, frame.f_lineno] += now - last
        last = now

    signal.signal(signal.SIGALRM, tick)
    start = last
    signal.setitimer(signal.ITIMER_REAL, PERIOD, PERIOD)
    try:
        subject.run(data)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    wall_ns = time.monotonic_ns() - start
    rows = [
        [place(file, line), percent(ns, wall_ns), source(file, line)]
        for (file, line), ns in hits.most_common(TOP)
        if ns * 200 >= wall_ns
    ]
    return rows, calls, wall_ns


def stack_of(frame, names):
    """ "run (baseline.py);common (baseline.py)": from where the variant begins, outermost first.

    A function that calls itself stands there once, however deep it went. names: of code seen.
    Nothing where the variant is not at work.
    """
    found = []
    while frame and len(found) < DEEPEST:
        code = frame.f_code
        if code not in names:
            name = f"{code.co_name} ({os.path.basename(code.co_filename)})".replace(";", ",")
            names[code] = name, code.co_name in ("run", "handle") and is_own(code.co_filename)
        name, first = names[code]
        if found[-1:] != [name]:
            found.append(name)
        if first:
            break
        frame = frame.f_back
    else:
        if not frame:
            return ""  # not in the variant: it begins, or has ended
    return ";".join(reversed(found))


def count(subject, data):
    """(rows of the program's functions, rows of the others)."""
    profile = cProfile.Profile()
    profile.enable()
    try:
        subject.run(data)
    finally:
        profile.disable()
    stats = pstats.Stats(profile)
    whole = stats.total_tt
    own, rest = [], []
    for (file, line, name), (_, calls, own_s, total_s, _) in stats.stats.items():
        if is_own(file):
            where = f"{name} ({place(file, line)})"
            own.append([where, calls, percent(own_s, whole), percent(total_s, whole)])
        elif own_s > whole * 0.02:
            rest.append([short(file, name), calls, percent(own_s, whole)])
    own.sort(key=lambda row: -row[3])
    rest.sort(key=lambda row: -row[2])
    return own[:TOP], rest[:6]


def short(file, name):
    if file == "~":
        return name.strip("<>").replace("built-in method ", "").replace("method ", "")
    return f"{name} ({os.path.basename(file)})"
