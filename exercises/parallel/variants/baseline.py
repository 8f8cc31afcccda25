# SPDX-License-Identifier: Apache-2.0
"""The copy desk: which packages of an index are nearly copies of others?

run() gets records of packages and reports each one's fingerprint, the pairs that are much
alike, who maintains most of them, and how the lowest digits of all fingerprints are spread (if
they are not evenly, the hash functions are bad).
"""

import zlib

PIECE = 5
PRIME = (1 << 61) - 1
BAND = 3
ALIKE = 60


def run(ctx, data):
    records = data["records"]
    names = [field(record, "Package") for record in records]
    marks = fingerprints(ctx, records, data["functions"])
    return {
        "marks": [digest(name, mark) for name, mark in zip(names, marks)],
        "alike": alike(names, marks),
        "maintainers": busiest([field(record, "Maintainer") for record in records]),
        "spread": spread(ctx, marks),
    }


def field(record, name):
    """The value of one field of a record."""
    for line in record.split("\n"):
        if line.startswith(name + ": "):
            return line[len(name) + 2 :]
    return ""


def fingerprints(ctx, records, functions):
    """The fingerprint of each record, in their order."""
    return [fingerprint(record, functions) for record in records]


def fingerprint(record, functions):
    """The least value that each function gives to a piece of the record: of two records, as many
    of these agree as the records have pieces in common (Broder 1997)."""
    found = pieces(record)
    return [least(found, a, b) for a, b in functions]


def pieces(record):
    """Every five letters in a row, as numbers."""
    text = record.encode()
    return {zlib.crc32(text[at : at + PIECE]) for at in range(len(text) - PIECE + 1)}


def least(found, a, b):
    return min([(a * x + b) % PRIME for x in found])


def digest(name, mark):
    return f"{name} {zlib.crc32(repr(mark).encode()):08x}"


def alike(names, marks):
    """Pairs whose fingerprints agree in most of their numbers. Records that agree in three in a
    row share a shelf, and each is compared with the first there."""
    shelves = {}
    for at, mark in enumerate(marks):
        for band in range(0, len(mark), BAND):
            shelves.setdefault((band, *mark[band : band + BAND]), []).append(at)
    pairs = set()
    for shelf in shelves.values():
        pairs.update((shelf[0], at) for at in shelf[1:])
    found = [(likeness(marks[a], marks[b]), names[a], names[b]) for a, b in pairs]
    return sorted(list(pair) for pair in found if pair[0] >= ALIKE)


def likeness(one, other):
    """In percent."""
    return 100 * sum(a == b for a, b in zip(one, other)) // len(one)


def busiest(maintainers):
    """The five who have most of the records."""
    counts = {}
    for name in maintainers:
        counts[name] = counts.get(name, 0) + 1
    return sorted([-count, name] for name, count in counts.items())[:5]


def spread(ctx, marks):
    """How often each lowest digit occurs."""
    counts = [0] * 10
    for mark in marks:
        for number in mark:
            counts[number % 10] += 1
    return counts
