# SPDX-License-Identifier: Apache-2.0
"""Notes the SQL statements that a program executes through psycopg, and explains them.

The statements are taken where they pass, with their parameters, so what is
explained is what was executed. EXPLAIN ANALYZE executes again: always in a transaction
that is rolled back.
"""

import collections
import time

import psycopg

EXPLAIN = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) "
PLANNED = ("select", "with", "insert", "update", "delete", "merge", "values")


class Statement:
    def __init__(self, text):
        self.text = text
        self.calls = 0
        self.ns = 0
        self.slowest_ns = -1
        self.params = None

    @property
    def plannable(self):
        return self.text.lstrip("( \n\t").lower().startswith(PLANNED)


class Watch:
    """Statements by text while the watch is on; psycopg's own methods are put back at the end."""

    def __init__(self):
        self.statements = collections.OrderedDict()

    def __enter__(self):
        self.execute = psycopg.Cursor.execute
        self.executemany = psycopg.Cursor.executemany
        watch = self

        def execute(cursor, query, params=None, **options):
            start = time.monotonic_ns()
            try:
                return watch.execute(cursor, query, params, **options)
            finally:
                watch.note(cursor, query, params, 1, time.monotonic_ns() - start)

        def executemany(cursor, query, params_seq, **options):
            params_seq = list(params_seq)
            start = time.monotonic_ns()
            try:
                return watch.executemany(cursor, query, params_seq, **options)
            finally:
                first = params_seq[0] if params_seq else None
                took = time.monotonic_ns() - start
                watch.note(cursor, query, first, len(params_seq), took)

        psycopg.Cursor.execute, psycopg.Cursor.executemany = execute, executemany
        return self

    def __exit__(self, *_):
        psycopg.Cursor.execute, psycopg.Cursor.executemany = self.execute, self.executemany

    def note(self, cursor, query, params, calls, ns):
        text = query if isinstance(query, str) else as_text(query, cursor)
        statement = self.statements.setdefault(text, Statement(text))
        statement.calls += calls
        statement.ns += ns
        if ns > statement.slowest_ns:
            statement.slowest_ns, statement.params = ns, params

    def by_time(self):
        return sorted(self.statements.values(), key=lambda statement: -statement.ns)


def as_text(query, cursor):
    if isinstance(query, bytes):
        return query.decode("utf-8", "replace")
    return query.as_string(cursor) if hasattr(query, "as_string") else str(query)


def explain(db, statement):
    """The plan as PostgreSQL gives it, or None where there is none to be had."""
    try:
        with db.transaction(force_rollback=True):
            row = db.execute(EXPLAIN + statement.text, statement.params).fetchone()
        return row[0][0]["Plan"]
    except psycopg.Error:
        return None


def lines(plan, depth=0):
    """The plan as indented lines, one a node."""
    loops = plan["Actual Loops"]
    kept = round(plan["Actual Rows"] * loops)
    dropped = round(plan.get("Rows Removed by Filter", 0) * loops)
    facts = [f"{kept} rows" + (f" of {kept + dropped}" if dropped else "")]
    if loops > 1:
        facts.append(f"{loops} times")
    facts.append(f"{plan['Actual Total Time'] * loops:.2f} ms")
    facts.append(f"{plan.get('Shared Hit Blocks', 0) + plan.get('Shared Read Blocks', 0)} buffers")
    found = [f"{'  ' * depth}{label(plan)}  ({', '.join(facts)})"]
    for child in plan.get("Plans", []):
        found += lines(child, depth + 1)
    return found


def nodes(plan, depth=0):
    """The same with figures apart, outermost first."""
    loops = plan["Actual Loops"]
    kept = round(plan["Actual Rows"] * loops)
    found = [
        {
            "depth": depth,
            "label": label(plan),
            "sequential": plan["Node Type"] == "Seq Scan",
            "read": kept + round(plan.get("Rows Removed by Filter", 0) * loops),
            "kept": kept,
            "loops": loops,
            "ms": round(plan["Actual Total Time"] * loops, 3),
            "buffers": plan.get("Shared Hit Blocks", 0) + plan.get("Shared Read Blocks", 0),
        }
    ]
    for child in plan.get("Plans", []):
        found += nodes(child, depth + 1)
    return found


def shape(plan, depth=0):
    """The plan's nodes without numbers, for comparing two plans."""
    found = ["  " * depth + label(plan)]
    for child in plan.get("Plans", []):
        found += shape(child, depth + 1)
    return found


def label(plan):
    words = plan["Node Type"]
    if "Index Name" in plan:
        words += f" using {plan['Index Name']}"
    for key in ("Relation Name", "CTE Name"):
        if key in plan:
            words += f" on {plan[key]}"
    for key in ("Index Cond", "Recheck Cond", "Hash Cond", "Merge Cond", "Join Filter", "Filter"):
        if key in plan:
            return f"{words}: {plan[key]}"
    return words


def sequential_scans(plan):
    """(table, rows read, rows kept, ms) of each scan of a whole table."""
    if plan["Node Type"] == "Seq Scan":
        loops = plan["Actual Loops"]
        kept = round(plan["Actual Rows"] * loops)
        read = kept + round(plan.get("Rows Removed by Filter", 0) * loops)
        yield plan["Relation Name"], read, kept, plan["Actual Total Time"] * loops
    for child in plan.get("Plans", []):
        yield from sequential_scans(child)
