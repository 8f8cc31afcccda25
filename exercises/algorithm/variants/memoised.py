# SPDX-License-Identifier: Apache-2.0
"""The same recursion, each question answered once: at most len(a) * len(b) of them are different.

The memory is one dictionary per pair of names, gone with the pair.
"""

import baseline


def common(a, b):
    known = {}

    def rest(i, j):
        """The letters that a from i on and b from j on have in common."""
        if i == len(a) or j == len(b):
            return 0
        if (i, j) not in known:
            if a[i] == b[j]:
                known[i, j] = 1 + rest(i + 1, j + 1)
            else:
                known[i, j] = max(rest(i + 1, j), rest(i, j + 1))
        return known[i, j]

    return rest(0, 0)


baseline.common = common
run = baseline.run
