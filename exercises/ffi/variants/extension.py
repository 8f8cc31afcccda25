# SPDX-License-Identifier: Apache-2.0
"""A module of its own, in C: Python calls it as it calls its own functions."""

import baseline


def setup(ctx):
    import belt

    baseline.search = belt.search


def run(ctx, data):
    return baseline.run(ctx, data)
