# SPDX-License-Identifier: Apache-2.0
"""All orders are written, then forced to the disk once: as safe when book() returns."""

import json
import os

import baseline


def book(orders, path):
    with open(path, "w", encoding="ascii") as journal:
        journal.writelines(json.dumps(order) + "\n" for order in orders)
        journal.flush()
        os.fsync(journal.fileno())
    return len(orders)


baseline.book = book
run = baseline.run
