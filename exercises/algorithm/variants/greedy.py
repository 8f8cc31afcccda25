# SPDX-License-Identifier: Apache-2.0
"""Tempting and wrong: takes each letter of a at the first place in b where it fits. A letter found
far to the right costs all that stand before it: of "xbash" and "bashx" it finds 1 letter, not 4."""

import baseline


def common(a, b):
    count = 0
    start = 0
    for letter in a:
        at = b.find(letter, start)
        if at >= 0:
            count += 1
            start = at + 1
    return count


baseline.common = common
run = baseline.run
