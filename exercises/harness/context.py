# SPDX-License-Identifier: Apache-2.0
"""`ctx`, what setup(ctx) and run(ctx, data) are given.

    ctx.size           "small", "medium" or "large"
    ctx.parameters     the size's numbers from exercise.yaml, a dict
    ctx.cpus           CPUs the limits grant: 2, or 0.5 (os.cpu_count() does not know them)
    ctx.memory_bytes   memory the limits grant
    ctx.folder         the exercise's folder
    ctx.tmpdir         a folder to write in
    ctx.disk           where the input's files are, if the exercise has a disk
    ctx.output         a folder on that disk to write in
    ctx.built          the folder of what was built for this variant; modules in it can be imported
    ctx.machines       {"worker-1": {"host": ..., "port": ...}, ...}, where the variant has some
    ctx.services       {"postgres": {"host": ..., "port": ...}, ...}
    ctx.postgres()     a new connection (psycopg 3)
    ctx.redis()        a new client (redis-py)
    ctx.memcached()    a new client (pymemcache)
    ctx.note(k, v)     a remark that the result keeps, such as {"index": "btree"}

The client libraries are imported when they are first asked for.
"""

import json
import os


def whole(number):
    """2.0 as 2, which range() and pools take; a fraction as it is."""
    return int(number) if number == int(number) else number


class Context:
    def __init__(self, folder, environ=os.environ):
        self.folder = folder
        self.services = json.loads(environ.get("LABCTL_SERVICES") or "{}")
        self.machines = json.loads(environ.get("LABCTL_MACHINES") or "{}")
        self.parameters = json.loads(environ.get("LABCTL_PARAMETERS") or "{}")
        self.size = environ.get("LABCTL_SIZE") or "small"
        self.cpus = whole(float(environ.get("LABCTL_CPUS") or os.cpu_count() or 1))
        self.memory_bytes = int(environ.get("LABCTL_MEMORY_BYTES") or 0)
        self.tmpdir = environ.get("LABCTL_TMPDIR") or "/lab/tmp"
        self.built = environ.get("LABCTL_BUILT") or ""
        self.disk = environ.get("LABCTL_DISK")
        self.output = environ.get("LABCTL_OUTPUT") or self.tmpdir
        self.notes = {}
        self.connections = []

    def note(self, key, value):
        self.notes[str(key)] = value

    def service(self, name):
        if name not in self.services:
            has = ", ".join(self.services) or "no service"
            raise LookupError(f"this exercise has no service '{name}'; it has {has}")
        return self.services[name]

    def postgres(self, **options):
        at = self.service("postgres")
        import psycopg

        options = {"autocommit": True, **options}
        connection = psycopg.connect(
            host=at["host"], port=at["port"], user=at["user"], dbname=at["dbname"], **options
        )
        self.connections.append(connection)  # for instruments: each has counters of its own
        return connection

    def redis(self, **options):
        at = self.service("redis")
        import redis

        return redis.Redis(host=at["host"], port=at["port"], **options)

    def memcached(self, **options):
        at = self.service("memcached")
        from pymemcache.client.base import Client

        return Client((at["host"], at["port"]), **{"no_delay": True, **options})
