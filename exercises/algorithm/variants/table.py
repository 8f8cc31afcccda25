# SPDX-License-Identifier: Apache-2.0
"""Dynamic programming: the answers for all beginnings of a and b, filled in from the short to the
long. No recursion, hence no limit on the depth; the whole table is kept."""

import baseline


def common(a, b):
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, letter in enumerate(a):
        for j, other in enumerate(b):
            if letter == other:
                table[i + 1][j + 1] = table[i][j] + 1
            else:
                table[i + 1][j + 1] = max(table[i][j + 1], table[i + 1][j])
    return table[len(a)][len(b)]


baseline.common = common
run = baseline.run
