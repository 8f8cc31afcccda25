# SPDX-License-Identifier: Apache-2.0
"""A program that does nothing: what it takes, every program takes for being handed its input."""


def run(ctx, data):
    return None
