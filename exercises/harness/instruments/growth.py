# SPDX-License-Identifier: Apache-2.0
"""How the program's CPU time and memory grow with the input.

workload.py says what grows: GROWTH = {"parameter": ..., "values": [...], "fixed": {...}}. The
values go further than a run measures; the first that would take longer than PATIENCE, or
fails, ends the series. labctl fits the exponent to the larger half of the values, where what
does not grow no longer shows.
"""

import importlib
import math
import random
import sys
import time
import tracemalloc

from report import drawing, growth_of, ms, report, table

PATIENCE = 1.0
HEIGHT, WIDTH = 12, 56
COLUMNS = ("ms", "times the last", "peak kB")


def observe(subject, data):
    sys.path.append(subject.ctx.folder)
    workload = importlib.import_module("workload")
    growth = workload.GROWTH
    rows, points, end = [], [], ""
    for value in growth["values"]:
        if expected(points, value) > PATIENCE:
            end = f"{value} would take {expected(points, value):.0f} s or more: not tried"
            break
        wanted = {**growth["fixed"], growth["parameter"]: value}
        one = workload.make(random.Random(1), wanted, subject.ctx)
        try:
            seconds, peak = measure(subject, one)
        except (RecursionError, MemoryError) as e:
            end = f"ended at {value}: {type(e).__name__}"
            break
        points.append((value, seconds))
        rows.append([value, ms(seconds * 1e9), factor(points), peak and round(peak / 1024, 1)])
    name = growth["parameter"]
    return report(
        f"growth of {subject.name} with {name}",
        table(
            f"CPU time and memory by {name}", [name, "ms", "times the last", "peak kB"], rows, end
        ),
        growth_of(name, larger_half(points)),
        drawing(f"time (up) by {name} (right), both logarithmic", plot(points)),
    )


def measure(subject, data):
    """(seconds, best of a few; peak bytes of Python's allocations, from a call of its own)."""
    best, spent = math.inf, 0.0
    for _ in range(5):
        start = time.process_time()
        subject.run(data)
        took = time.process_time() - start
        best, spent = min(best, took), spent + took
        if spent > PATIENCE / 10:
            break
    if best > PATIENCE / 3:
        return best, ""
    tracemalloc.start()
    subject.run(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return best, peak


def expected(points, value):
    """Seconds, if the last two points go on as a power."""
    if len(points) < 2:
        return 0.0
    (a, x), (b, y) = points[-2:]
    return y * (value / b) ** (math.log(y / x) / math.log(b / a))


def larger_half(points):
    """Four points at least, where there are so many."""
    return points[-max(4, len(points) // 2 + 1) :]


def factor(points):
    return round(points[-1][1] / points[-2][1], 2) if len(points) > 1 else ""


def plot(points):
    if len(points) < 2:
        return ""
    xs = [math.log(n) for n, _ in points]
    ys = [math.log(t) for _, t in points]
    canvas = [[" "] * WIDTH for _ in range(HEIGHT)]
    for x, y in zip(xs, ys, strict=True):
        column = round((x - xs[0]) / (xs[-1] - xs[0]) * (WIDTH - 1))
        row = round((y - min(ys)) / ((max(ys) - min(ys)) or 1) * (HEIGHT - 1))
        canvas[HEIGHT - 1 - row][column] = "*"
    lines = ["|" + "".join(row).rstrip() for row in canvas]
    ends = f"{points[0][0]}".ljust(WIDTH - len(f"{points[-1][0]}")) + f"{points[-1][0]}"
    return "\n".join([*lines, "+" + "-" * WIDTH, " " + ends])
