# SPDX-License-Identifier: Apache-2.0
"""REPLACE: what a student in a hurry would try: fast, and wrong."""

import baseline


def customers(receipts):
    return sorted({customer for customer, _item, _cents in receipts})


baseline.customers = customers
run = baseline.run
