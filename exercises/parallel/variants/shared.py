# SPDX-License-Identifier: Apache-2.0
"""Nothing is sent at all. A forked process has the records already, and writes its numbers where all
see them. No two write to the same place, so no lock is needed. The parent works too.

Each takes every n-th record: neighbours are of like length, so the shares come out even.
"""

import math
import multiprocessing

import baseline


def fingerprints(ctx, records, functions):
    workers, width = math.ceil(ctx.cpus), len(functions)
    table = multiprocessing.RawArray("Q", len(records) * width)

    def share(first):
        for at in range(first, len(records), workers):
            table[at * width : (at + 1) * width] = baseline.fingerprint(records[at], functions)

    context = multiprocessing.get_context("fork")
    helpers = [context.Process(target=share, args=(n,)) for n in range(1, workers)]
    for helper in helpers:
        helper.start()
    share(0)
    for helper in helpers:
        helper.join()
        if helper.exitcode:
            raise RuntimeError(f"a process ended with {helper.exitcode}: its share is missing")
    return [table[at : at + width] for at in range(0, len(table), width)]


baseline.fingerprints = fingerprints
run = baseline.run
