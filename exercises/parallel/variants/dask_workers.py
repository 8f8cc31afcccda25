# SPDX-License-Identifier: Apache-2.0
"""Across machines: a scheduler hands chunks to workers that have networks, CPUs and memory of their
own. What another thread has by a pointer, and another process by a fork, travels here: the code, the
records, the numbers. It pays when one machine is not enough."""

from distributed import Client

import baseline

CHUNKS_EACH = 2


def setup(ctx):
    at = ctx.machines["scheduler"]
    ctx.client = Client(f"tcp://{at['host']}:{at['port']}", set_as_default=False)
    ctx.client.upload_file(baseline.__file__)  # the machines have no such files
    ctx.client.upload_file(__file__)
    ctx.workers = len(ctx.client.scheduler_info()["workers"])


def chunk(records, functions):
    return [baseline.fingerprint(record, functions) for record in records]


def fingerprints(ctx, records, functions):
    count = ctx.workers * CHUNKS_EACH
    ends = [len(records) * n // count for n in range(count + 1)]
    chunks = [records[a:b] for a, b in zip(ends, ends[1:], strict=False)]
    tasks = ctx.client.map(chunk, chunks, functions=functions, pure=False)
    return [mark for marks in ctx.client.gather(tasks) for mark in marks]


baseline.fingerprints = fingerprints
run = baseline.run
