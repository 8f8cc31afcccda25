# SPDX-License-Identifier: Apache-2.0
"""Joined, and the walk through the dependencies too is one query: a recursive common table
expression, for all packages at once. UNION, not UNION ALL: dependencies go in circles.

The planner cannot know how many rows the walk finds, and guesses far too many. Joined to
`package`, they would make it read that table whole; asked for one by one, they do not.
"""

import baseline
import joined


def add_up(db, names):
    rows = db.execute(
        "WITH RECURSIVE whole (root, id) AS ("
        "  SELECT name, id FROM package WHERE name = ANY(%s)"
        " UNION"
        "  SELECT root, needs_id FROM whole JOIN dependency ON package_id = whole.id"
        "  WHERE kind IN ('depends', 'pre-depends')"
        ") SELECT root, count(*),"
        "  sum((SELECT installed_kb FROM package WHERE package.id = whole.id))"
        " FROM whole GROUP BY root",
        (names,),
    )
    sums = {name: [name, count, size] for name, count, size in rows}
    return [sums[name] for name in names]


setup = joined.setup
baseline.add_up = add_up
run = joined.run
