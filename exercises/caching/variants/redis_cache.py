# SPDX-License-Identifier: Apache-2.0
"""Entries in Redis: one cache for all processes of a site, and it outlives them.

The generation of a package (see inprocess.py) is a number in Redis; an entry is kept under its
name and generation, and expires, so that old generations go away. Two questions for each
entry, one after the other: compare mget.py.

The server drops what was not used for long when its memory is full (allkeys-lru), generations
as well. So a generation is never counted up from one that may be lost: it is the time, which no
entry has had before.
"""

import json
import time

import baseline

SECONDS = 600

make_entry, store_install = baseline.entry, baseline.install
cache = None


def setup(ctx):
    global cache
    baseline.setup(ctx)
    cache = ctx.redis()


def entry(name):
    begun = cache.get(f"generation:{name}") or first(name)
    key = f"entry:{name}:{int(begun)}"
    kept = cache.get(key)
    if kept:
        return json.loads(kept)
    made = make_entry(name)
    cache.set(key, json.dumps(made), ex=SECONDS)
    return made


def first(name):
    """A first generation, or the one that another thread has just begun."""
    cache.set(f"generation:{name}", time.time_ns(), nx=True)
    return cache.get(f"generation:{name}") or 0


def install(host, name):
    store_install(host, name)
    cache.set(f"generation:{name}", time.time_ns())


baseline.entry, baseline.install = entry, install
handle = baseline.handle
