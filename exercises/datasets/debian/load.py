# SPDX-License-Identifier: Apache-2.0
"""Fills PostgreSQL with the Debian package index: load.py [PACKAGES]

Runs once, when the data set's layer is built. PACKAGES is the index of a Debian
release, plain, .gz or .xz; by default the one in /lab/data.

    package      one row a package, id in the order of the names
    dependency   one row for each package that another names (alternatives too; names that
                 are no package of the release are left out). Its index serves those who ask
                 what needs a package; for what a package needs there is none: an exercise.
    install      which host has which package: made up from a fixed seed, so that a few
                 packages are common and most are rare

The same index gives the same tables, row for row and in the same order.
"""

import glob
import gzip
import json
import lzma
import os
import random
import re
import sys

import psycopg

KINDS = {"Pre-Depends": "pre-depends", "Depends": "depends", "Recommends": "recommends",
         "Suggests": "suggests"}  # fmt: skip
FIELDS = {"Package", "Version", "Section", "Priority", "Maintainer", "Installed-Size", "Size",
          "Description", *KINDS}  # fmt: skip
INSTALLS = 12000
HOSTS = 200

SCHEMA = """
CREATE TABLE package (
    id           integer PRIMARY KEY,
    name         text NOT NULL UNIQUE,
    version      text NOT NULL,
    section      text NOT NULL,
    priority     text NOT NULL,
    maintainer   text NOT NULL,
    installed_kb integer NOT NULL,
    summary      text NOT NULL
);
CREATE TABLE dependency (
    package_id integer NOT NULL,
    needs_id   integer NOT NULL,
    kind       text NOT NULL
);
CREATE TABLE install (
    host       text NOT NULL,
    package_id integer NOT NULL
);
"""

# One CPU is the usual limit: parallel plans and compiled expressions only add noise there.
SETTINGS = ("max_parallel_workers_per_gather = 0", "jit = off")


def main():
    path = sys.argv[1] if len(sys.argv) > 1 else find_index()
    packages = read_packages(path)
    with connect() as connection:
        fill(connection, packages)
    with connect() as connection:
        settle(connection)
        print(*counts(connection), sep="\n")


def find_index():
    found = sorted(glob.glob("/lab/data/Packages*"))
    if not found:
        sys.exit("no package index in /lab/data")
    return found[0]


def connect():
    at = json.loads(os.environ["LABCTL_SERVICES"])["postgres"]
    return psycopg.connect(
        host=at["host"], port=at["port"], user=at["user"], dbname=at["dbname"], autocommit=True
    )


def read_packages(path):
    """The packages of an index, sorted by name; of several versions the last."""
    openers = {".xz": lzma.open, ".gz": gzip.open}
    opener = openers.get(os.path.splitext(path)[1], open)
    found = {}
    with opener(path, "rt", encoding="utf-8") as index:
        record = {}
        for line in index:
            if line == "\n":
                found[record["Package"]] = record
                record = {}
            elif not line[0].isspace():
                key, _, value = line.partition(":")
                if key in FIELDS:
                    record[key] = value.strip()
        if record:
            found[record["Package"]] = record
    return [found[name] for name in sorted(found)]


def dependencies(record, ids):
    """(needed id, kind) of a package, in the order written, each once."""
    seen = {}
    for field, kind in KINDS.items():
        for name in re.findall(r"(?:^|[,|])\s*([a-z0-9][a-z0-9+.-]*)", record.get(field, "")):
            if name in ids:
                seen.setdefault((ids[name], kind))
    return seen


def installs(count):
    """(host, package id) pairs: the square of a random number makes low ids common."""
    rng = random.Random(63436)
    order = list(range(1, count + 1))
    rng.shuffle(order)
    taken = {}
    while len(taken) < INSTALLS:
        package = order[int(count * rng.random() ** 4)]
        taken.setdefault((f"host{rng.randrange(HOSTS)}", package))
    return taken


def fill(connection, packages):
    ids = {record["Package"]: number for number, record in enumerate(packages, 1)}
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS package, dependency, install")
        cursor.execute(SCHEMA)
        with cursor.copy("COPY package FROM STDIN") as copy:
            for record in packages:
                copy.write_row(package_row(ids, record))
        with cursor.copy("COPY dependency FROM STDIN") as copy:
            for record in packages:
                for needed, kind in dependencies(record, ids):
                    copy.write_row((ids[record["Package"]], needed, kind))
        with cursor.copy("COPY install FROM STDIN") as copy:
            for row in installs(len(packages)):
                copy.write_row(row)
        cursor.execute("CREATE INDEX dependency_needs ON dependency (needs_id)")


def package_row(ids, record):
    return (
        ids[record["Package"]],
        record["Package"],
        record["Version"],
        record.get("Section", "misc"),
        record.get("Priority", "optional"),
        record.get("Maintainer", ""),
        int(record.get("Installed-Size", 0)),
        record.get("Description", ""),
    )


def settle(connection):
    """Nothing is left for autovacuum or a checkpoint to do in the middle of a sample."""
    for setting in SETTINGS:
        connection.execute(f"ALTER DATABASE {connection.info.dbname} SET {setting}")
    connection.execute("VACUUM (FREEZE, ANALYZE) package, dependency, install")
    connection.execute("CHECKPOINT")


def counts(connection):
    for table in ("package", "dependency", "install"):
        rows, size = connection.execute(
            f"SELECT count(*), pg_size_pretty(pg_table_size('{table}')) FROM {table}"
        ).fetchone()
        yield f"{table}: {rows} rows, {size}"


if __name__ == "__main__":
    main()
