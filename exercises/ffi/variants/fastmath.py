# SPDX-License-Identifier: Apache-2.0
"""As ctypes_buffer; the compiler was told that nothing is ever "not a number"."""

from ctypes_buffer import run, setup

__all__ = ["run", "setup"]
