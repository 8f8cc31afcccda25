# SPDX-License-Identifier: Apache-2.0
"""As much in parallel as can be: a task for every number of every fingerprint. Each costs its
pieces, pickled, a way there and a way back, and takes less time to compute than to send."""

import math
from concurrent.futures import ProcessPoolExecutor

import baseline


def fingerprints(ctx, records, functions):
    found = [baseline.pieces(record) for record in records]
    a, b = zip(*functions, strict=True)
    width = len(functions)
    with ProcessPoolExecutor(math.ceil(ctx.cpus)) as executor:
        numbers = list(
            executor.map(
                baseline.least,
                [piece for piece in found for _ in range(width)],
                a * len(records),
                b * len(records),
            )
        )
    return [numbers[at : at + width] for at in range(0, len(numbers), width)]


baseline.fingerprints = fingerprints
run = baseline.run
