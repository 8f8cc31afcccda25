# SPDX-License-Identifier: Apache-2.0
"""What the memory is spent on: Python's own allocations, by the line that asked for them.

tracemalloc knows the height of the peak but not what it was made of, so a picture
is taken whenever the traced memory has grown well beyond the last one; the
highest is shown. Memory of the interpreter and of C libraries is not in it: `labctl run`
shows the peak of the whole process.
"""

import signal
import tracemalloc

from report import percent, place, report, source, table, text

PERIOD = 0.02
TOP = 10


def observe(subject, data):
    pictures = []
    tracemalloc.start()
    highest = 0

    def look(number, frame):
        nonlocal highest
        now, _ = tracemalloc.get_traced_memory()
        if now > highest * 1.1 + 10000:
            highest = now
            pictures[:] = [tracemalloc.take_snapshot()]

    before, _ = tracemalloc.get_traced_memory()
    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, PERIOD, PERIOD)
    try:
        result = subject.run(data)
        signal.setitimer(signal.ITIMER_REAL, 0)
        look(None, None)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    left, peak = tracemalloc.get_traced_memory()
    del result
    kept, _ = tracemalloc.get_traced_memory()
    rows = lines(pictures[0]) if pictures else []
    return report(
        f"memory of {subject.name}",
        text(
            "in all",
            f"peak {kb(peak - before)} kB, after run() {kb(left - before)} kB, of which "
            f"{kb(kept - before)} kB stay when its result is dropped",
        ),
        table(
            "near the peak, by line",
            ["line", "kB", "objects", "share %", ""],
            rows,
            "what stays after run() and grows with every call is a cache without bounds, or a leak",
        ),
    )


def lines(picture):
    harness = tracemalloc.Filter(False, tracemalloc.__file__)
    found = picture.filter_traces([harness]).statistics("lineno")
    whole = sum(stat.size for stat in found)
    return [
        [
            place(stat.traceback[0].filename, stat.traceback[0].lineno),
            kb(stat.size),
            stat.count,
            percent(stat.size, whole),
            source(stat.traceback[0].filename, stat.traceback[0].lineno),
        ]
        for stat in found[:TOP]
        if stat.size * 100 >= whole
    ]


def kb(size):
    return max(0, round(size / 1024, 1))
