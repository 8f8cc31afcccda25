# SPDX-License-Identifier: Apache-2.0
"""Redis with MGET, and safe against a stampede: when an entry is gone that everyone wants, one
thread makes it and the others wait for that one, instead of all asking the database the same.

Within one process a lock per package does it. For several processes the first to SET a key
with NX makes the entry, the others look again after a moment.
"""

import collections
import threading

import mget

guard = threading.Lock()
locks = collections.defaultdict(threading.Lock)


def missing(name, _):
    with guard:
        lock = locks[name]
    with lock:
        ((generation, entry),) = mget.look([name])  # made by another while we waited?
        return entry or mget.make(name, generation)


mget.missing = missing
setup, handle = mget.setup, mget.handle
