# SPDX-License-Identifier: Apache-2.0
"""The columns mapped into memory: no copy is made, and pages nobody asks about are never read."""

import mmap
import os

import baseline
import columns


def stretch(table, column, begin, end):
    path = os.path.join(table, column)
    if begin == end:
        return []
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as pages:
        with memoryview(pages) as view, view.cast(columns.NUMBERS) as numbers:
            with numbers[begin:end] as part:
                return part.tolist()


columns.stretch = stretch
run = baseline.run
