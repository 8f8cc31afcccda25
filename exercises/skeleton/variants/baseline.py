# SPDX-License-Identifier: Apache-2.0
"""REPLACE: a small application of several parts that look alike, one of which is the culprit.

The students' file begins as a copy of this one: nothing in it may give the answer away.
"""


def customers(receipts):
    """Who bought, in the order in which they came."""
    came = []
    for customer, _item, _cents in receipts:
        if customer not in came:
            came.append(customer)
    return came


def takings(receipts):
    """What came in, in cents."""
    total = 0
    for _customer, _item, cents in receipts:
        total = total + cents
    return total


def favourites(receipts):
    """The items, the one bought most often first."""
    counts = {}
    for _customer, item, _cents in receipts:
        counts[item] = counts.get(item, 0) + 1
    return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))


def run(ctx, data):
    receipts = data["receipts"]
    return {
        "customers": customers(receipts),
        "takings": takings(receipts),
        "favourites": [list(entry) for entry in favourites(receipts)],
    }
