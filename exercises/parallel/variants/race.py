# SPDX-License-Identifier: Apache-2.0
"""Tempting and wrong: the processes count the digits too, into one table that all see. Each reads
it, does its chunk, and writes back what it read plus its own: what another wrote meanwhile is lost."""

import math
import multiprocessing

import baseline

CHUNK = 12
counts = multiprocessing.RawArray("Q", 10)


def chunk(task):
    records, functions = task
    seen = list(counts)
    marks = [baseline.fingerprint(record, functions) for record in records]
    for at, number in enumerate(digits(None, marks)):
        counts[at] = seen[at] + number
    return marks


def fingerprints(ctx, records, functions):
    tasks = [(records[at : at + CHUNK], functions) for at in range(0, len(records), CHUNK)]
    with multiprocessing.Pool(max(2, math.ceil(ctx.cpus))) as pool:
        return [mark for marks in pool.map(chunk, tasks, chunksize=1) for mark in marks]


def spread(ctx, marks):
    return list(counts)


digits = baseline.spread
baseline.fingerprints = fingerprints
baseline.spread = spread
run = baseline.run
