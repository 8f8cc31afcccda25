# SPDX-License-Identifier: Apache-2.0
"""Tempting: one word changed in the variant `futures`. But threads share one interpreter, and one
lock: while one computes, the others wait. They help where the time goes to waiting, not here."""

import functools
import math
from concurrent.futures import ThreadPoolExecutor

import baseline


def fingerprints(ctx, records, functions):
    task = functools.partial(baseline.fingerprint, functions=functions)
    with ThreadPoolExecutor(math.ceil(ctx.cpus)) as executor:
        return list(executor.map(task, records))


baseline.fingerprints = fingerprints
run = baseline.run
