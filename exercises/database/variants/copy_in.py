# SPDX-License-Identifier: Apache-2.0
"""And in bulk: COPY into a temporary table, then one INSERT. No statement, plan and answer per
row. Pays from a few dozen rows on; and the ranking counts before it joins.
"""

import baseline
import keyset


def record(db, reports):
    with db.transaction(), db.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE report (host text, name text) ON COMMIT DROP")
        with cursor.copy("COPY report FROM STDIN") as copy:
            for report in reports:
                copy.write_row(report)
        cursor.execute("INSERT INTO install SELECT host, id FROM report JOIN package USING (name)")


def rank(db):
    rows = db.execute(
        "SELECT name, hosts FROM"
        " (SELECT package_id, count(*) AS hosts FROM install GROUP BY 1) AS counted"
        " JOIN package ON id = package_id ORDER BY hosts DESC, name LIMIT 10"
    )
    return [list(row) for row in rows]


setup = keyset.setup
baseline.record, baseline.rank = record, rank
run = keyset.run
