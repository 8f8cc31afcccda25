# SPDX-License-Identifier: Apache-2.0
"""What the database server did: its own counters before and after one run.

pg_stat_statements gives every statement its calls, time and buffers, with the values taken
out, so that a query asked a thousand times is one line. pg_stat_user_tables tells which tables
were read from end to end.
"""

from psycopg.pq import TransactionStatus

from report import brief, percent, report, table, text

TOP = 12
IDLE = TransactionStatus.IDLE
STATEMENTS = """
    SELECT query, calls, total_exec_time, rows,
           shared_blks_hit + shared_blks_read, wal_bytes::bigint
    FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid
    WHERE datname = current_database() AND query NOT LIKE '%pg_stat%'
"""
TABLES = """
    SELECT relname, seq_scan, seq_tup_read, coalesce(idx_scan, 0), n_tup_ins + n_tup_upd + n_tup_del
    FROM pg_stat_user_tables
"""


def observe(subject, data):
    with subject.ctx.postgres() as db:
        extension = has_statements(db)
        before = read(subject.ctx, db, extension)
        subject.run(data)
        after = read(subject.ctx, db, extension)
    note = "" if extension else "the extension pg_stat_statements is not in this database"
    return report(
        f"what the server did for {subject.name}",
        table(
            "statements",
            ["calls", "server ms", "share %", "rows", "buffers", "WAL kB", "statement"],
            statement_rows(before[0], after[0]),
            "by the server's time; a buffer is a page of 8 kB looked at. Time on the way and in "
            "the program is not in it: many calls cost more than this table shows.",
        )
        if extension
        else text("statements", note),
        table(
            "tables",
            ["table", "sequential scans", "rows read by them", "index scans", "rows written"],
            [row for row in table_rows(before[1], after[1]) if any(row[1:])],
            "many rows read by few scans of a large table: an index is missing, or the query asks "
            "for everything",
        ),
    )


def has_statements(db):
    return db.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_stat_statements'").fetchone()


def read(ctx, db, extension):
    """(statements, tables) by name; every backend is asked to hand in its counters first."""
    for connection in ctx.connections:
        if not connection.closed and connection.info.transaction_status == IDLE:
            connection.execute("SELECT pg_stat_force_next_flush()")
    statements = {}
    for query, *numbers in db.execute(STATEMENTS) if extension else ():
        sums = statements.setdefault(query, [0] * len(numbers))
        statements[query] = [a + b for a, b in zip(sums, numbers, strict=True)]
    return statements, {name: numbers for name, *numbers in db.execute(TABLES)}


def statement_rows(before, after):
    rows = []
    for query, now in after.items():
        old = before.get(query, [0] * len(now))
        calls, ms, count, buffers, wal = (a - b for a, b in zip(now, old, strict=True))
        if calls > 0:
            rows.append([calls, round(ms, 2), 0, count, buffers, round(wal / 1024), brief(query)])
    whole = sum(row[1] for row in rows)
    for row in rows:
        row[2] = percent(row[1], whole)
    return sorted(rows, key=lambda row: -row[1])[:TOP]


def table_rows(before, after):
    for name, now in sorted(after.items()):
        old = before.get(name, [0] * len(now))
        yield [name, *(a - b for a, b in zip(now, old, strict=True))]
