# SPDX-License-Identifier: Apache-2.0
"""The evening's work of a mirror network's desk: read the log, ask the mirrors how they are, book
what was ordered, and answer questions about the packages.
"""

import csv
import json
import os
import socket


def failures(path):
    """Requests that failed, by host."""
    counts = {}
    with open(path, "rb", buffering=0) as log:
        for line in log:
            host, _package, status, _size = line.split()
            if status >= b"500":
                counts[host.decode()] = counts.get(host.decode(), 0) + 1
    return counts


def ask(mirrors, port):
    """What each mirror says of itself."""
    answers = {}
    for name in mirrors:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(name.encode() + b"\n")
            answers[name] = connection.makefile("rb").readline().decode().strip()
    return answers


def book(orders, path):
    """Writes the orders down. When this returns, not even a power cut may lose one."""
    with open(path, "w", encoding="ascii") as journal:
        for order in orders:
            journal.write(json.dumps(order) + "\n")
            journal.flush()
            os.fsync(journal.fileno())
    return len(orders)


def keep(source, table):
    """The part of the package list that the questions are about, as a table of its own."""
    with open(source, newline="", encoding="utf-8") as rows, open(
        table, "w", newline="", encoding="utf-8"
    ) as out:
        writer = csv.writer(out)
        for name, section, size, installed in csv.reader(rows):
            writer.writerow([name, section, size, installed])


def answer(table, question):
    """Each question comes from another desk, so each reads the table."""
    kind, about = question
    total, largest = 0, ["", -1]
    with open(table, newline="", encoding="utf-8") as rows:
        for name, section, size, installed in csv.reader(rows):
            if kind == "download" and section == about:
                total += int(size)
            if kind == "installed" and section == about:
                total += int(installed)
            if kind == "largest" and section == about and int(size) > largest[1]:
                largest = [name, int(size)]
    return largest if kind == "largest" else total


def run(ctx, data):
    folder = os.path.join(ctx.disk, data["folder"])
    table = os.path.join(ctx.output, "table")
    keep(os.path.join(folder, "packages.csv"), table)
    return {
        "failures": failures(os.path.join(folder, "access.log")),
        "mirrors": ask(data["mirrors"], data["port"]),
        "booked": book(data["orders"], os.path.join(ctx.output, "journal")),
        "answers": [answer(table, question) for question in data["questions"]],
    }
