# SPDX-License-Identifier: Apache-2.0
"""The number that was right on the machine where it was written. Twenty-four processes on two CPUs
are no faster than two, and each has memory of its own: look at the peak, and lower the limit."""

import functools
import multiprocessing

import baseline

PROCESSES = 24


def fingerprints(ctx, records, functions):
    task = functools.partial(baseline.fingerprint, functions=functions)
    with multiprocessing.Pool(PROCESSES) as pool:
        return pool.map(task, records)


baseline.fingerprints = fingerprints
run = baseline.run
