# SPDX-License-Identifier: Apache-2.0
"""The search in Rust, called as C would be: one call for each picture."""

import ctypes
import os

import baseline
from ctypes_buffer import searcher


def setup(ctx):
    baseline.search = searcher(ctypes.CDLL(os.path.join(ctx.built, "libkernel.so")))


def run(ctx, data):
    return baseline.run(ctx, data)
