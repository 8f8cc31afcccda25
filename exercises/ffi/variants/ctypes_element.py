# SPDX-License-Identifier: Apache-2.0
"""The window in C, called for each place: as many calls as there are windows."""

import ctypes
import os

import baseline


def setup(ctx):
    kernel = ctypes.CDLL(os.path.join(ctx.built, "kernel.so"))
    kernel.likeness.argtypes = [ctypes.c_void_p, ctypes.c_long] * 2 + [ctypes.c_long] * 2
    kernel.likeness.restype = ctypes.c_double

    def likeness(values, width, mark, side, x, y):
        return kernel.likeness(values.buffer_info()[0], width, mark.buffer_info()[0], side, x, y)

    baseline.likeness = likeness


def run(ctx, data):
    return baseline.run(ctx, data)
