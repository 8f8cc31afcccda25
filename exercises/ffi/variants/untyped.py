# SPDX-License-Identifier: Apache-2.0
"""As ctypes_buffer, but nobody told ctypes what search() returns: it takes it for an int."""

import ctypes
import os

import baseline


def setup(ctx):
    kernel = ctypes.CDLL(os.path.join(ctx.built, "kernel.so"))

    def search(values, width, height, mark, side):
        at = (ctypes.c_long * 2)()
        points = (ctypes.c_double * len(values)).from_buffer(values)
        wanted = (ctypes.c_double * len(mark)).from_buffer(mark)
        best = kernel.search(points, width, height, wanted, side, at)
        return at[0], at[1], best

    baseline.search = search


def run(ctx, data):
    return baseline.run(ctx, data)
