# SPDX-License-Identifier: Apache-2.0
"""What the interpreter compiled, as it counts itself. For exercises that measure a series.

GraalPy writes a line per compilation to the file that LABCTL_COMPILE_LOG names (its start
script sees to that), PyPy calls a hook; both cost microseconds beside a compilation. CPython
compiles nothing that it would tell of.
"""

import os
import sys

NAME = sys.implementation.name


class Engine:
    def __init__(self):
        self.count = 0
        if NAME == "pypy":
            import pypyjit

            pypyjit.set_compile_hook(self.compiled)

    def compiled(self, _):
        self.count += 1

    def notes(self):
        version = sys.implementation.version
        return {
            "engine": f"{NAME} {'.'.join(map(str, version[:3]))}",
            "compilations": self.count + sum("opt done" in line for line in log()),
        }


def log():
    """The lines of GraalPy's log; none where there is no such file."""
    try:
        with open(os.environ.get("LABCTL_COMPILE_LOG") or "", errors="replace") as file:
            return file.readlines()
    except OSError:
        return []
