# SPDX-License-Identifier: Apache-2.0
"""Tempting and dangerous: entries are pickled, which is shorter to write than JSON and keeps tuples.
But loading a pickle runs what its author put in, and the author is whoever can write to the cache,
which asks for no password: another site that shares it, or a visitor who found the port.

intrude() is that other site. It writes one key, long before anyone asks for the page. The first
visitor who does makes this program run the intruder's code, and from then on every page says
what the intruder likes. (JSON would have failed to load, and the entry been made anew.)
"""

import pickle

import baseline
import redis_cache

make_entry, first = redis_cache.make_entry, redis_cache.first


def setup(ctx):
    redis_cache.setup(ctx)
    with ctx.postgres() as db:
        for (name,) in db.execute("SELECT name FROM package WHERE mod(id, 4) = 0"):
            intrude(name)


class Intruder:
    """Unpickled, it calls exec with the text: anything at all."""

    def __reduce__(self):
        return exec, ("import baseline; baseline.entry = lambda name: {'summary': 'buy at mine'}",)


def intrude(name):
    redis_cache.cache.set(f"generation:{name}", 1)
    redis_cache.cache.set(f"entry:{name}:1", pickle.dumps(Intruder()))


def entry(name):
    begun = redis_cache.cache.get(f"generation:{name}") or first(name)
    key = f"entry:{name}:{int(begun)}"
    kept = redis_cache.cache.get(key)
    if kept:
        return pickle.loads(kept)
    made = make_entry(name)
    redis_cache.cache.set(key, pickle.dumps(made), ex=redis_cache.SECONDS)
    return made


baseline.entry, baseline.install = entry, redis_cache.install
handle = baseline.handle
