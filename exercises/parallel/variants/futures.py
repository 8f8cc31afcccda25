# SPDX-License-Identifier: Apache-2.0
"""The same with concurrent.futures. Its map() sends one record at a time unless it is told a chunk
size: large enough that sending costs little, small enough that nobody waits long for the last."""

import functools
import math
from concurrent.futures import ProcessPoolExecutor

import baseline

CHUNKS_EACH = 4


def fingerprints(ctx, records, functions):
    task = functools.partial(baseline.fingerprint, functions=functions)
    workers = math.ceil(ctx.cpus)
    chunk = math.ceil(len(records) / (workers * CHUNKS_EACH))
    with ProcessPoolExecutor(workers) as executor:
        return list(executor.map(task, records, chunksize=chunk))


baseline.fingerprints = fingerprints
run = baseline.run
