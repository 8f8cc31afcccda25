# SPDX-License-Identifier: Apache-2.0
"""Entries in Redis: one cache for all processes of a site, and it outlives them.

The generation of a package (see inprocess.py) is a counter in Redis; an entry is kept under
its name and generation, and expires, so that old generations go away. Two questions for each
entry, one after the other: compare mget.py.
"""

import json

import baseline

SECONDS = 600

make_entry, store_install = baseline.entry, baseline.install
cache = None


def setup(ctx):
    global cache
    baseline.setup(ctx)
    cache = ctx.redis()


def entry(name):
    begun = int(cache.get(f"generation:{name}") or 0)
    key = f"entry:{name}:{begun}"
    kept = cache.get(key)
    if kept:
        return json.loads(kept)
    made = make_entry(name)
    cache.set(f"generation:{name}", 0, nx=True)
    cache.set(key, json.dumps(made), ex=SECONDS)
    return made


def install(host, name):
    store_install(host, name)
    cache.incr(f"generation:{name}")


baseline.entry, baseline.install = entry, install
handle = baseline.handle
