# SPDX-License-Identifier: Apache-2.0
"""As ctypes_buffer; the compiler was allowed to add up in another order, two sums at a time."""

from ctypes_buffer import run, setup

__all__ = ["run", "setup"]
