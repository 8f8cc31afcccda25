# SPDX-License-Identifier: Apache-2.0
"""Which kind of request the time of a web application goes to.

The requests of the input are handed to handle() one after another, in one thread and without
a network, so the times are those of the program and its services alone. A kind is the
method and the first part of the path.
"""

import collections
import time

import web
from report import ms, percent, report, table


def observe(subject, data):
    requests = [web.Request(*request) for request in data["requests"]]
    half = len(requests) // 2
    took = collections.defaultdict(list)
    halves = [collections.defaultdict(list), collections.defaultdict(list)]
    for at, request in enumerate(requests):
        start = time.monotonic_ns()
        subject.module.handle(subject.ctx, request)
        ns = time.monotonic_ns() - start
        kind = f"{request.method} /{request.path.split('/')[1]}"
        took[kind].append(ns)
        halves[at >= half][kind].append(ns)
    whole = sum(map(sum, took.values()))
    kinds = sorted(took, key=lambda kind: -sum(took[kind]))
    return report(
        f"requests of {subject.name}, {ms(whole)} ms for {len(requests)}",
        table(
            "by kind",
            ["request", "count", "time %", "mean ms", "p50 ms", "p95 ms", "p99 ms"],
            [[kind, *numbers(took[kind], whole)] for kind in kinds],
            "what takes most of the time is not always what takes longest",
        ),
        table(
            "first and second half of them",
            ["request", "mean ms, first half", "mean ms, second half"],
            [[kind, *(mean(part[kind]) for part in halves)] for kind in kinds],
            "a cache is empty at first: the second half is warmer",
        ),
        table(
            "asked for most",
            ["request", "count", "of its kind %"],
            most(requests, took),
            "the more often the same is asked for, the more a cache can save",
        ),
    )


def numbers(times, whole):
    times = sorted(times)
    quantiles = (ms(times[min(len(times) - 1, int(q * len(times)))]) for q in (0.5, 0.95, 0.99))
    return [len(times), percent(sum(times), whole), mean(times), *quantiles]


def mean(times):
    return ms(sum(times) / len(times)) if times else ""


def most(requests, took):
    counts = collections.Counter(
        (request.method, request.path) for request in requests if request.method == "GET"
    )
    rows = []
    for (method, path), count in counts.most_common(5):
        of_kind = len(took[f"{method} /{path.split('/')[1]}"])
        rows.append([f"{method} {path}"[:50], count, percent(count, of_kind)])
    return rows
