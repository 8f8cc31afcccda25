# SPDX-License-Identifier: Apache-2.0
"""Input of the parallel exercise: records of the Debian package index.

Taken in runs of six neighbours, which are often made from one source and then much alike,
without the lines that name files and their digests. Parameters:

    records    how many; no number that several workers could share without a rest
    functions  how many hash functions make a fingerprint
"""

import lzma
import os

VERSION = 1
INDEX = "/lab/data/Packages.xz"
READ_BYTES = 12 << 20  # unpacked: the first quarter, fifteen thousand packages
RUN = 6
DROPPED = ("Filename:", "Size:", "MD5sum:", "SHA256:", "Description-md5:")
PRIME = (1 << 61) - 1

index = []


def make(rng, parameters, ctx):
    if not index:
        index.extend(read(os.environ.get("LABCTL_INDEX", INDEX)))
    count = parameters["records"]
    starts = rng.sample(range(len(index) // RUN), -(-count // RUN))
    records = [record for start in starts for record in index[start * RUN :][:RUN]]
    return {
        "records": records[:count],
        "functions": [
            [rng.randrange(1, PRIME), rng.randrange(PRIME)] for _ in range(parameters["functions"])
        ],
    }


def read(path):
    with lzma.open(path) as file:
        stanzas = file.read(READ_BYTES).decode().split("\n\n")[:-1]
    return ["\n".join(line for line in s.split("\n") if not line.startswith(DROPPED)) for s in stanzas]
