# SPDX-License-Identifier: Apache-2.0
"""The server's slow-query log: what took longer than SLOW_MS, with the plan that was really used.

PostgreSQL's own module auto_explain writes it, while the statement runs, so nothing is executed
a second time and nothing is guessed: not the plan, not the parameters it was made for. Here it goes to the
program's connections instead of the server's log file, which `labctl logs LAB postgres` shows.
"""

import collections
import re

from report import brief, plan, report, table, text

SLOW_MS = 3
SHOWN = 3
SETTINGS = (
    ("client_min_messages", "log"),
    ("auto_explain.log_min_duration", SLOW_MS),
    ("auto_explain.log_analyze", "on"),
    ("auto_explain.log_buffers", "on"),
)
ENTRY = re.compile(r"duration: ([0-9.]+) ms  plan:\nQuery Text: (.*?)\n(?=\S.*\(cost=)", re.DOTALL)

slow = collections.defaultdict(list)  # statement -> [(ms, plan)]


def begin(subject):
    """Every connection that the program opens from now on writes the log."""
    connect = subject.ctx.postgres

    def postgres(**options):
        connection = connect(**options)
        connection.add_notice_handler(note)
        for name, value in SETTINGS:
            connection.execute("SELECT set_config(%s, %s, false)", (name, str(value)))
        if not connection.autocommit:
            connection.commit()
        return connection

    subject.ctx.postgres = postgres


def note(message):
    found = ENTRY.search(message.message_primary or "")
    if found:
        took, statement = float(found[1]), " ".join(found[2].split())
        slow[statement].append((took, message.message_primary[found.end() :]))


def observe(subject, data):
    slow.clear()  # what setup() asked is not what is slow
    subject.run(data)
    statements = sorted(slow, key=lambda one: -sum(took for took, _ in slow[one]))
    title = f"slow-query log of {subject.name}: what took longer than {SLOW_MS} ms"
    if not statements:
        return report(title, text("nothing", f"no statement took longer than {SLOW_MS} ms"))
    return report(
        title,
        table(
            "statements in it",
            ["#", "entries", "ms together", "slowest ms", "statement"],
            [row(number, one) for number, one in enumerate(statements, 1)],
            "measured by the server while it executed them, with the instruments of "
            "auto_explain on: somewhat slower than without",
        ),
        *(worst(number, one) for number, one in enumerate(statements[:SHOWN], 1)),
    )


def row(number, statement):
    times = [took for took, _ in slow[statement]]
    return [number, len(times), round(sum(times), 1), round(max(times), 1), brief(statement)]


def worst(number, statement):
    took, lines = max(slow[statement])
    return plan(f"{number}: the slowest, {took:.1f} ms", lines.splitlines())
