# SPDX-License-Identifier: Apache-2.0
"""Takes the larger of two numbers in C, once for each step of the innermost loop: a good idea where
the interpreter is slow and the way to C short, and a bad one where it is the other way round."""

import ctypes
import ctypes.util

import baseline

libm = ctypes.CDLL(ctypes.util.find_library("m") or "libm.so.6")
libm.fmax.argtypes = [ctypes.c_double, ctypes.c_double]
libm.fmax.restype = ctypes.c_double


def tides(days):
    larger = libm.fmax
    total = 0
    for day in days:
        re, im = day["wind"], day["moon"]
        x = y = 0.0
        steps = 0
        while steps < day["steps"]:
            xx, yy = x * x, y * y
            if larger(xx + yy, 4.0) > 4.0:
                x, y = x * 0.25, y * 0.25
                total += 1
            else:
                x, y = xx - yy + re, 2.0 * x * y + im
            steps += 1
        total += int(x * 1000) - int(y * 1000)
    return total


def run(ctx, data):
    return {
        "tides": tides(data["days"]),
        "queue": baseline.queue(data["ships"], data["berths"]),
        "board": baseline.board(data["ships"]),
    }
