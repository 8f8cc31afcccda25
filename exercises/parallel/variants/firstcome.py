# SPDX-License-Identifier: Apache-2.0
"""Tempting and wrong: gives out the chunks with the longest records first, so that no long one is left
for the end, and takes them as they are done. But that is not the order of the records."""

import math
from concurrent.futures import ProcessPoolExecutor, as_completed

import baseline

CHUNK = 12


def chunk(records, functions):
    return [baseline.fingerprint(record, functions) for record in records]


def fingerprints(ctx, records, functions):
    chunks = [records[at : at + CHUNK] for at in range(0, len(records), CHUNK)]
    chunks.sort(key=lambda records: sum(map(len, records)), reverse=True)
    marks = []
    with ProcessPoolExecutor(math.ceil(ctx.cpus)) as executor:
        for task in as_completed([executor.submit(chunk, records, functions) for records in chunks]):
            marks += task.result()
    return marks


baseline.fingerprints = fingerprints
run = baseline.run
