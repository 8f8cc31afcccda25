# SPDX-License-Identifier: Apache-2.0
"""The whole search in C: one call for each picture."""

import ctypes
import os

import baseline


def setup(ctx):
    kernel = ctypes.CDLL(os.path.join(ctx.built, "kernel.so"))
    baseline.search = searcher(kernel)


def searcher(kernel):
    """search() of the baseline, done by the library."""
    kernel.search.argtypes = [
        ctypes.c_void_p,
        ctypes.c_long,
        ctypes.c_long,
        ctypes.c_void_p,
        ctypes.c_long,
        ctypes.POINTER(ctypes.c_long),
    ]
    kernel.search.restype = ctypes.c_double

    def search(values, width, height, mark, side):
        at = (ctypes.c_long * 2)()
        best = kernel.search(
            values.buffer_info()[0], width, height, mark.buffer_info()[0], side, at
        )
        return at[0], at[1], best

    return search


def run(ctx, data):
    return baseline.run(ctx, data)
