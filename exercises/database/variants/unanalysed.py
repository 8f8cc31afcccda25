# SPDX-License-Identifier: Apache-2.0
"""Tempting: a smaller table, made for the walk, with an index of its own, and filled. But nobody
told the planner what is in it. Without ANALYZE it takes the table for something else, expects a
thousand times the rows there are, and reads all of it for every step.

Correct, and slower than `joined-index`, which has no such table; one statement would cure it.
"""

import baseline
import joined_index


def setup(ctx):
    joined_index.setup(ctx)
    ctx.db.execute(
        "CREATE TABLE hard AS"
        " SELECT package_id, needs_id FROM dependency WHERE kind IN ('depends', 'pre-depends')"
    )
    ctx.db.execute("CREATE INDEX hard_package ON hard (package_id)")


def add_up(db, names):
    rows = db.execute(
        "WITH RECURSIVE whole (root, id) AS ("
        "  SELECT name, id FROM package WHERE name = ANY(%s)"
        " UNION"
        "  SELECT root, needs_id FROM whole JOIN hard ON package_id = whole.id"
        ") SELECT root, count(*),"
        "  sum((SELECT installed_kb FROM package WHERE package.id = whole.id))"
        " FROM whole GROUP BY root",
        (names,),
    )
    sums = {name: [name, count, size] for name, count, size in rows}
    return [sums[name] for name in names]


baseline.add_up = add_up
run = joined_index.run
