# SPDX-License-Identifier: Apache-2.0
"""And the catalogue: a page begins after the last name of the page before (keyset), so the server
goes straight there by the index. OFFSET reads and drops all rows before the page.
"""

import baseline
import prepared


def catalogue(db, pages):
    query = "SELECT name, section FROM package WHERE name > %s ORDER BY name LIMIT 20"
    with db.pipeline():
        answers = [db.execute(query, (page["after"],), prepare=True) for page in pages]
        return [[list(row) for row in answer] for answer in answers]


setup = prepared.setup
baseline.catalogue = catalogue
run = prepared.run
