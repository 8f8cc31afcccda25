# SPDX-License-Identifier: Apache-2.0
"""os.cpu_count() tells what the host has, not what the limit grants: under a limit of one CPU on a
host of sixty-four these are sixty-four processes that take turns, and sixty-four times the memory.
ctx.cpus knows; so does os.process_cpu_count() where the limit is made of whole CPUs."""

import functools
import multiprocessing
import os

import baseline


def fingerprints(ctx, records, functions):
    task = functools.partial(baseline.fingerprint, functions=functions)
    with multiprocessing.Pool(os.cpu_count()) as pool:
        return pool.map(task, records)


baseline.fingerprints = fingerprints
run = baseline.run
