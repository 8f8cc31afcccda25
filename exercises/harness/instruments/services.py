# SPDX-License-Identifier: Apache-2.0
"""What each service did, by its own counters before and after one run: hits and misses of a
cache, what it had to throw away, what was left for the database to do."""

from report import percent, report, table, text

REDIS = {
    "total_commands_processed": "commands",
    "keyspace_hits": "keys found",
    "keyspace_misses": "keys not found",
    "expired_keys": "keys expired",
    "evicted_keys": "keys thrown out for want of memory",
    "total_net_output_bytes": "bytes sent",
}
MEMCACHED = {
    "cmd_get": "keys asked for",
    "get_hits": "keys found",
    "get_misses": "keys not found",
    "cmd_set": "keys set",
    "evictions": "keys thrown out for want of memory",
    "bytes_written": "bytes sent",
}
ALWAYS = ("commands", "transactions", "bytes sent")  # asking for the counters counts too
POSTGRES = {
    "xact_commit": "transactions",
    "tup_returned": "rows read",
    "tup_fetched": "rows found by an index",
    "tup_inserted": "rows written",
    "blks_hit": "buffers looked at",
    "blks_read": "buffers read from files",
}


def observe(subject, data):
    with Counters(subject.ctx) as counters:
        before = counters.read()
        subject.run(data)
        after = counters.read()
    sections = []
    for service, words in (("postgres", POSTGRES), ("redis", REDIS), ("memcached", MEMCACHED)):
        if service in after:
            now, old = after[service], before[service]
            rows = [[word, now[key] - old[key]] for key, word in words.items()]
            if any(count for word, count in rows if word not in ALWAYS):
                sections.append(table(service, ["counter", "in this run"], rows, hits(rows)))
            else:
                sections.append(text(service, "not used"))
    return report(f"what the services did for {subject.name}", *sections)


def hits(rows):
    counts = dict(rows)
    found, missed = counts.get("keys found", 0), counts.get("keys not found", 0)
    return f"hit ratio {percent(found, found + missed)} %" if found + missed else ""


class Counters:
    def __init__(self, ctx):
        self.ctx, self.open = ctx, {}

    def __enter__(self):
        for service in self.ctx.services:
            if service in ("postgres", "redis", "memcached"):
                self.open[service] = getattr(self.ctx, service)()
        return self

    def __exit__(self, *_):
        for client in self.open.values():
            client.close()

    def read(self):
        return {name: getattr(self, name)(client) for name, client in self.open.items()}

    def postgres(self, db):
        for connection in self.ctx.connections:
            if not connection.closed:
                connection.execute("SELECT pg_stat_force_next_flush()")
        columns = ", ".join(POSTGRES)
        row = db.execute(
            f"SELECT {columns} FROM pg_stat_database WHERE datname = current_database()"
        ).fetchone()
        return dict(zip(POSTGRES, row, strict=True))

    def redis(self, client):
        info = client.info()
        return {key: int(info[key]) for key in REDIS}

    def memcached(self, client):
        stats = {key.decode(): value for key, value in client.stats().items()}
        return {key: int(stats[key]) for key in MEMCACHED}
