# SPDX-License-Identifier: Apache-2.0
"""REPLACE: one technique, and nothing else than it."""

import baseline


def customers(receipts):
    """A dictionary keeps the order, and finds a name without looking at the others."""
    return list(dict.fromkeys(customer for customer, _item, _cents in receipts))


baseline.customers = customers
run = baseline.run
