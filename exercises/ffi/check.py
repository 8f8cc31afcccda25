# SPDX-License-Identifier: Apache-2.0
"""The oracle of the ffi exercise: the baseline itself. All must agree, numbers with a fraction as
far as TOLERANCE: sums may be added up in another order, but not in numbers of half the length."""

import baseline

from compare import difference

TOLERANCE = 1e-9


def expected(ctx, data):
    return baseline.run(ctx, data)


def check(data, want, got):
    return difference(want, got, tolerance=TOLERANCE)
