# SPDX-License-Identifier: Apache-2.0
"""kernel_cffi.py FILE: writes the source of the module _kernel, which binds kernel.h."""

import sys

import cffi

with open("kernel.h", encoding="ascii") as header:
    lines = [line for line in header if not line.startswith("#")]
builder = cffi.FFI()
builder.cdef("".join(lines))
builder.set_source("_kernel", '#include "kernel.h"')
builder.emit_c_code(sys.argv[1])
