# SPDX-License-Identifier: Apache-2.0
"""The oracle of the io exercise: the baseline itself, and every value must agree.

The journal is read as a power cut at the moment of the answer would have left it: what was in the
kernel's memory only is not there.
"""

import json
import os
import stat

import baseline

from compare import difference

LARGEST = 64 << 20


def expected(ctx, data):
    return baseline.run(ctx, data)


def check(data, want, got):
    return difference(want, got)


def aftermath(data, folder):
    return lost(data["orders"], os.path.join(folder, "journal"))


def lost(orders, path):
    """Why not all orders are in the journal; "" if they are."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return (
            "after a power cut there is no file 'journal' in ctx.output: was it written there, "
            "and ever forced to the disk (fsync)?"
        )
    with open(file, "rb") as journal:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            return "the journal is no file"
        lines = journal.read(LARGEST).splitlines()
    if len(lines) != len(orders):
        return (
            f"after a power cut the journal has {len(lines)} of {len(orders)} orders:"
            " were they forced to the disk (fsync)?"
        )
    for line, order in zip(lines, orders):
        try:
            if json.loads(line) != order:
                return f"the journal has {short(line)} for order {order['number']}"
        except ValueError:
            return f"the journal has {short(line)}, which is no JSON"
    return ""


def short(line):
    return repr(line[:60])
