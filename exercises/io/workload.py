# SPDX-License-Identifier: Apache-2.0
"""Input of the io exercise: an evening at the desk of a mirror network.

The packages are those of the Debian release; the log is drawn from the seed. The mirrors are a
server in this process: each takes its time to answer, and what it says cannot be guessed.
Parameters:

    lines      lines of the access log
    packages   rows of the package list
    questions  about sections of it
    mirrors    to be asked, each of which takes 4 to 12 ms
    orders     to be booked
"""

import asyncio
import csv
import hashlib
import lzma
import os
import secrets
import threading

VERSION = 1
INDEX = "/lab/data/Packages.xz"
FIELDS = ("Package", "Section", "Size", "Installed-Size")
PORT = 7070  # the same for every judge, or a seed would not give the same input again
SPARE = 2  # rows to choose from, for each that is chosen


class Mirrors:
    """They say what only they can know, after a while."""

    def __init__(self):
        self.secret = secrets.token_bytes(16)
        self.ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self.serve()), daemon=True).start()
        self.ready.wait()

    async def serve(self):
        server = await asyncio.start_server(self.answer, "127.0.0.1", PORT, backlog=512)
        self.ready.set()
        async with server:
            await server.serve_forever()

    async def answer(self, reader, writer):
        try:
            name = (await asyncio.wait_for(reader.readline(), 10)).strip()
            digest = hashlib.sha256(self.secret + name).hexdigest()
            await asyncio.sleep(0.004 + 0.008 * int(digest[:4], 16) / 0xFFFF)
            writer.write(f"{digest[:12]} {int(digest[4:8], 16)} files behind\n".encode())
            await writer.drain()
        except (OSError, ValueError, TimeoutError):
            pass
        finally:
            writer.close()


mirrors = None
index = None


def make(rng, parameters, ctx):
    global mirrors, index
    if mirrors is None:
        mirrors, index = Mirrors(), read_index(parameters["packages"] * SPARE)
    names = [f"mirror{n}.example" for n in rng.sample(range(1000, 10000), parameters["mirrors"])]
    hosts = [f"host{n}.example" for n in rng.sample(range(10000), 40)]
    rows = rng.sample(index, min(parameters["packages"], len(index)))
    sections = sorted({row[1] for row in rows})
    folder = f"input-{rng.getrandbits(64):016x}"
    os.makedirs(os.path.join(ctx.disk, folder), exist_ok=True)
    write_log(rng, os.path.join(ctx.disk, folder, "access.log"), parameters["lines"], hosts, rows)
    with open(
        os.path.join(ctx.disk, folder, "packages.csv"), "w", newline="", encoding="utf-8"
    ) as out:
        csv.writer(out).writerows(rows)
    return {
        "folder": folder,
        "mirrors": names,
        "port": PORT,
        "orders": [order(rng, rows) for _ in range(parameters["orders"])],
        "questions": [
            [rng.choice(("download", "installed", "largest")), rng.choice(sections)]
            for _ in range(parameters["questions"])
        ],
    }


def read_index(most):
    """[package, section, size, installed size] of the release's first packages, in its order."""
    rows, row = [], {}
    with lzma.open(INDEX, "rt", encoding="utf-8") as lines:
        for line in lines:
            key, _, value = line.partition(": ")
            if key in FIELDS:
                row[key] = value.rstrip("\n")
            elif line == "\n":
                rows.append([row.get(field, "0") for field in FIELDS])
                row = {}
                if len(rows) == most:
                    break
    return rows


def write_log(rng, path, lines, hosts, rows):
    with open(path, "w", encoding="utf-8") as log:
        for _ in range(lines):
            host = hosts[int(len(hosts) * rng.random() ** 2)]
            status = 503 if rng.random() < 0.1 else 200
            log.write(f"{host} {rng.choice(rows)[0]} {status} {rng.randrange(100, 10**7)}\n")


def order(rng, rows):
    return {"number": rng.randrange(10**9), "package": rng.choice(rows)[0], "copies": 1 + rng.randrange(9)}
