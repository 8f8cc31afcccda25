# SPDX-License-Identifier: Apache-2.0
"""Tempting and wrong: close() is taken for safe. It hands the orders to the kernel, which writes
them to the disk within half a minute or so, if the power stays on.
"""

import json

import baseline


def book(orders, path):
    with open(path, "w", encoding="ascii") as journal:
        journal.writelines(json.dumps(order) + "\n" for order in orders)
    return len(orders)


baseline.book = book
run = baseline.run
