# SPDX-License-Identifier: Apache-2.0
"""How the database server carries out the statements: EXPLAIN (ANALYZE, BUFFERS) of those that
were executed, the sequential scans among them by name, and what set-up changed.

Where setup() made indexes, every plan is taken twice more in one transaction that is rolled back:
as it is, and with those indexes dropped. So is a bulk insert, which shows what they cost.
"""

import difflib

import psycopg

import sqlwatch
from report import brief, ms, plan, report, table

TOP = 8
PLANS = 4
WRITTEN = 5000
INDEXES = """
    SELECT indexrelname, relname, pg_relation_size(indexrelid)
    FROM pg_stat_user_indexes
"""
BULK = "INSERT INTO {} SELECT * FROM {} LIMIT " + str(WRITTEN)

indexes_before = {}


def begin(subject):
    with subject.ctx.postgres() as db:
        indexes_before.update(indexes(db))


def observe(subject, data):
    with sqlwatch.Watch() as watch:
        subject.run(data)
    statements = watch.by_time()[:TOP]
    with subject.ctx.postgres() as db:
        made = {name: on for name, on in indexes(db).items() if name not in indexes_before}
        plans = {s.text: sqlwatch.explain(db, s) for s in statements if s.plannable}
        changes = differences(db, made, statements, plans)
        writes = write_costs(db, made)
    return report(
        f"plans of {subject.name}",
        executed(watch, statements),
        scans(statements, plans),
        *shown(statements, plans),
        *changes,
        table(
            "indexes that set-up made",
            ["index", "on", "kB"],
            [[name, on, round(size / 1024)] for name, (on, size) in sorted(made.items())],
        ),
        table(
            f"what the indexes cost: {WRITTEN} rows written",
            ["table", "with ms", "without ms", "with buffers", "without buffers"],
            writes,
            "paid with every write, for ever",
        ),
    )


def indexes(db):
    return {name: (on, size) for name, on, size in db.execute(INDEXES)}


def executed(watch, statements):
    whole = sum(statement.ns for statement in watch.statements.values())
    rows = [
        [
            number,
            statement.calls,
            ms(statement.ns),
            round(100 * statement.ns / whole, 1),
            ms(statement.slowest_ns),
            brief(statement.text),
        ]
        for number, statement in enumerate(statements, 1)
    ]
    return table(
        f"statements executed, {ms(whole)} ms in all",
        ["no", "calls", "ms", "share %", "slowest ms", "statement"],
        rows,
        "as the program waited for them; in a pipeline only the sending is waited for",
    )


def scans(statements, plans):
    rows = []
    for number, statement in enumerate(statements, 1):
        if plans.get(statement.text):
            for on, read, kept, took in sqlwatch.sequential_scans(plans[statement.text]):
                rows.append([number, on, statement.calls, read, kept, round(took, 2)])
    return table(
        "sequential scans: tables read from end to end",
        ["no", "table", "calls", "rows read", "rows kept", "ms a call"],
        rows,
        "fine where most rows are kept; where few are kept and calls are many, an index is missing",
    )


def shown(statements, plans):
    found = [
        plan(
            f"plan of no {number}: {brief(statement.text, 50)}",
            sqlwatch.lines(it),
            astray(it),
            sqlwatch.nodes(it),
        )
        for number, statement in enumerate(statements, 1)
        if (it := plans.get(statement.text))
    ]
    return found[:PLANS]


def astray(it):
    """A word on estimates that are far off: the planner chose by them."""
    estimated, real = it["Plan Rows"], round(it["Actual Rows"])
    if max(estimated, real) > 10 * max(1, min(estimated, real)):
        return f"the planner expected {estimated} rows and got {real}: are the statistics fresh?"
    return ""


def differences(db, made, statements, plans):
    """What the plans were without the indexes that set-up made, line by line."""
    if not made:
        return []
    found = []
    with db.transaction(force_rollback=True):
        drop(db, made)
        for number, statement in enumerate(statements, 1):
            now = plans.get(statement.text)
            old = sqlwatch.explain(db, statement) if now else None
            if not old or sqlwatch.shape(old) == sqlwatch.shape(now):
                continue
            changed = difflib.ndiff(sqlwatch.shape(old), sqlwatch.shape(now))
            found.append(
                plan(
                    f"plan of no {number} without what set-up made",
                    sqlwatch.lines(old),
                    "",
                    sqlwatch.nodes(old),
                )
            )
            found.append(
                plan(
                    f"what set-up changed in the plan of no {number}",
                    [line for line in changed if not line.startswith("?")],
                    f"{old['Actual Total Time']:.2f} ms before, {now['Actual Total Time']:.2f} ms "
                    "after, a call",
                )
            )
    return found


def write_costs(db, made):
    rows = []
    for on in sorted({on for on, _ in made.values()}):
        try:
            with_them = bulk(db, on)
            with db.transaction(force_rollback=True):
                drop(db, made)
                without = bulk(db, on)
        except psycopg.Error:
            continue  # a table whose rows cannot be written twice
        rows.append([on, with_them[0], without[0], with_them[1], without[1]])
    return rows


def drop(db, made):
    for name in made:
        db.execute(psycopg.sql.SQL("DROP INDEX {}").format(psycopg.sql.Identifier(name)))


def bulk(db, on):
    statement = sqlwatch.Statement(BULK.format(on, on))
    it = sqlwatch.explain(db, statement)
    if it is None:
        raise psycopg.Error("not possible")
    return round(it["Actual Total Time"], 1), it["Shared Hit Blocks"] + it["Shared Read Blocks"]
