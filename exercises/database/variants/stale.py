# SPDX-License-Identifier: Apache-2.0
"""Tempting and wrong: the ranking is kept in a materialised view. Reading it costs nothing, but it
shows what was true when it was last refreshed, and the job has written since.
"""

import baseline
import joined_index


def setup(ctx):
    joined_index.setup(ctx)
    ctx.db.execute(
        "CREATE MATERIALIZED VIEW popular AS"
        " SELECT name, count(*) AS hosts FROM install JOIN package ON id = package_id GROUP BY name"
    )
    ctx.db.execute("CREATE INDEX ON popular (hosts DESC, name)")


def rank(db):
    rows = db.execute("SELECT name, hosts FROM popular ORDER BY hosts DESC, name LIMIT 10")
    return [list(row) for row in rows]


baseline.rank = rank
run = joined_index.run
