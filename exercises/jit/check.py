# SPDX-License-Identifier: Apache-2.0
"""The oracle of the jit exercise: the baseline on CPython, and every value must agree."""

import baseline

from compare import difference


def expected(ctx, data):
    return baseline.run(ctx, data)


def check(data, want, got):
    return difference(want, got)
