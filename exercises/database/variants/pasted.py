# SPDX-License-Identifier: Apache-2.0
"""Tempting and wrong: one query for all names, its text pasted together. Faster than three hundred
queries, until a visitor types a name with a quote in it and writes part of the query himself.
"""

import baseline
import joined_index


def look_up(db, names):
    found = {name: None for name in names}
    where = " OR ".join("name = '" + name + "'" for name in names)
    for name, version, section in db.execute(
        "SELECT name, version, section FROM package WHERE " + where
    ):
        found[name] = [version, section]
    return found


setup = joined_index.setup
baseline.look_up = look_up
run = joined_index.run
