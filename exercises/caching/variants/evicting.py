# SPDX-License-Identifier: Apache-2.0
"""Right, and disappointing: Redis with memory for a fraction of what is asked for. It drops what
was not used for longest to make room, so all but the most wanted pages are made again and again.

Look at the hit ratio and the evicted keys, not only at the time. When nothing is left to drop,
Redis refuses writes: then an entry is served without being kept, and a report drops what it made
wrong.
"""

import mget
import redis_cache
from redis.exceptions import OutOfMemoryError

THREADS = 8
BYTES = 40000  # for what Redis needs to talk to so many
BYTES_A_PACKAGE = 300  # an entry and its generation take some 1,500

keep, store_install = mget.make, redis_cache.store_install


def setup(ctx):
    mget.setup(ctx)
    cache = redis_cache.cache
    pool = cache.connection_pool
    for connection in [pool.get_connection() for _ in range(THREADS)]:
        pool.release(connection)  # their buffers count too: made before the limit is set
    used = cache.info("memory")["used_memory"]
    room = BYTES + BYTES_A_PACKAGE * ctx.parameters["packages"]
    cache.config_set("maxmemory", used + room)


def make(name, generation):
    try:
        return keep(name, generation)
    except OutOfMemoryError:
        return mget.make_entry(name)


def install(host, name):
    try:
        redis_cache.install(host, name)
    except OutOfMemoryError:
        redis_cache.cache.delete(f"generation:{name}", f"entry:{name}")


mget.missing, mget.baseline.install = make, install
handle = mget.handle
