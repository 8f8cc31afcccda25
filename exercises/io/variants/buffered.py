# SPDX-License-Identifier: Apache-2.0
"""The log is read through a buffer: a system call for every 128 KiB instead of one for every byte."""

import baseline


def failures(path):
    counts = {}
    with open(path, "rb", buffering=1 << 17) as log:
        for line in log:
            host, _package, status, _size = line.split()
            if status >= b"500":
                counts[host.decode()] = counts.get(host.decode(), 0) + 1
    return counts


baseline.failures = failures
run = baseline.run
