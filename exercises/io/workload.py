# SPDX-License-Identifier: Apache-2.0
"""Input of the io exercise: an evening at the desk of a mirror network.

The packages are those of the Debian release; the log is drawn from the seed. The mirrors are a
server in this process: each takes its time to answer, and what it says cannot be guessed.

Every input, of any seed and size, has what is easily got wrong: requests that just failed (500)
and that just did not (499), a host that never failed, hosts of the first line and of the last
alone; rows whose section must be quoted in CSV, of which three are the largest, two of these at
the ends of the list; a row of size 0, a section that nobody has, the same order twice.
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

VERSION = 2
INDEX = "/lab/data/Packages.xz"
FIELDS = ("Package", "Section", "Size", "Installed-Size")
PORT = 7070  # the same for every judge, or a seed would not give the same input again
SPARE = 2  # rows to choose from, for each that is chosen
LOCAL = 'local, "maison"/déjà vu'  # a section of our own
NOBODY = "nobody"  # and one without a package
SERVED = (200,) * 17 + (304, 404, 499)
FAILED = (500, 502, 503)


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
    rows = with_local(rng.sample(index, min(parameters["packages"], len(index))))
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
        "orders": orders(rng, rows, parameters["orders"]),
        "questions": questions(rng, sections, parameters["questions"]),
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


def with_local(rows):
    """The first row and the last three become the local section's. Three of them are equally large,
    and by its name the one that comes first is neither the first of these nor the last."""
    low, middle, high = sorted([rows[0], *rows[-2:]])
    size = max(1, int(middle[2]))
    ends = [[name, LOCAL, str(size), installed] for name, _, _, installed in (middle, high, low)]
    return [ends[0], *rows[1:-3], [rows[-3][0], LOCAL, "0", "0"], *ends[1:]]


def write_log(rng, path, lines, hosts, rows):
    def line(host, status):
        return f"{host} {rng.choice(rows)[0]} {status} {rng.randrange(100, 10**7)}\n"

    with open(path, "w", encoding="utf-8") as log:
        log.write(line("first.example", FAILED[0]))
        for _ in range(lines - 2):
            host = hosts[int(len(hosts) * rng.random() ** 2)]
            failed = rng.random() < 0.1 and host != hosts[-1]
            log.write(line(host, rng.choice(FAILED if failed else SERVED)))
        log.write(line("last.example", FAILED[0]))


def orders(rng, rows, count):
    made = [
        {
            "number": rng.randrange(10**9),
            "package": rng.choice(rows)[0],
            "copies": 1 + rng.randrange(9),
        }
        for _ in range(count)
    ]
    return [*made[:-1], made[0]]


def questions(rng, sections, count):
    kinds = ("download", "installed", "largest")
    asked = [[kind, LOCAL] for kind in kinds] + [[kind, NOBODY] for kind in kinds[::2]]
    asked += [[rng.choice(kinds), rng.choice(sections)] for _ in range(count - len(asked))]
    rng.shuffle(asked)
    return asked
