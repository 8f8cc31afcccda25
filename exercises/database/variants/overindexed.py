# SPDX-License-Identifier: Apache-2.0
"""Tempting: an index on every column, one of them will help. One does; all of them must be built,
kept in memory and written to with every row. See the time of set-up, and `labctl explain`.
"""

import baseline

COLUMNS = {
    "package": ("version", "section", "priority", "maintainer", "installed_kb", "summary"),
    "dependency": ("package_id", "needs_id", "kind"),
    "install": ("host", "package_id"),
}


def setup(ctx):
    baseline.setup(ctx)
    for table, columns in COLUMNS.items():
        for column in columns:
            ctx.db.execute(f"CREATE INDEX {table}_{column} ON {table} ({column})")
        ctx.db.execute(f"ANALYZE {table}")


run = baseline.run
