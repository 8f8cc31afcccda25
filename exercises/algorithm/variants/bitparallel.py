# SPDX-License-Identifier: Apache-2.0
"""Redesigned: a row of the table grows by 0 or 1 from cell to cell, so a row is len(b) bits, and
one addition of integers computes it whole (Allison and Dix 1986, Hyyro 2004).

A zero in `row` stands where the table's row steps up; the addition carries each step to the
next place where the letter occurs. Python's integers have as many bits as the name needs.
"""

import baseline


def common(a, b):
    where = {}
    bit = 1
    for letter in b:
        where[letter] = where.get(letter, 0) | bit
        bit <<= 1
    full = bit - 1
    row = full
    for letter in a:
        hits = row & where.get(letter, 0)
        row = (row + hits) | (row - hits)
    return len(b) - (row & full).bit_count()


baseline.common = common
run = baseline.run
