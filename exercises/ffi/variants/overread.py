# SPDX-License-Identifier: Apache-2.0
"""As ctypes_buffer; the loop fetches the next point before it asks whether there is one."""

from ctypes_buffer import run, setup

__all__ = ["run", "setup"]
