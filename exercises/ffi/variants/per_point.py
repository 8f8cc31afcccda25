# SPDX-License-Identifier: Apache-2.0
"""The innermost line in C: a call for each point of each window."""

import ctypes
import math
import os

import baseline


def setup(ctx):
    kernel = ctypes.CDLL(os.path.join(ctx.built, "sums.so"))
    kernel.add.argtypes = [ctypes.POINTER(ctypes.c_double), ctypes.c_double, ctypes.c_double]
    kernel.add.restype = None

    def likeness(values, width, mark, side, x, y):
        n = side * side
        sums = (ctypes.c_double * 5)()
        for row in range(side):
            start = (y + row) * width + x
            for column in range(side):
                kernel.add(sums, values[start + column], mark[row * side + column])
        a, aa, b, bb, ab = sums
        varies = n * aa - a * a
        if varies < baseline.FLAT:
            return math.nan
        return (n * ab - a * b) / math.sqrt(varies * (n * bb - b * b))

    baseline.likeness = likeness


def run(ctx, data):
    return baseline.run(ctx, data)
