# SPDX-License-Identifier: Apache-2.0
"""Pieces of an instrument's report, and how it shows places in files."""

import linecache
import os
import site
import sysconfig

HARNESS = os.path.dirname(os.path.abspath(__file__))
STACKS = 1000
# What Debian packages lies in none of sysconfig's folders: /usr/lib/python3/dist-packages.
FOREIGN = [HARNESS, *{*filter(None, sysconfig.get_paths().values()), *site.getsitepackages()}]


def report(title, *sections):
    return {"title": title, "sections": [section for section in sections if section]}


def table(title, columns, rows, note="", ranking=False):
    """Cells: strings are set left, numbers right. No rows: no section. ranking: a page draws it."""
    if not rows:
        return None
    section = {"kind": "table", "title": title, "columns": columns, "rows": rows}
    if ranking:
        section["chart"] = "ranking"
    return _noted(section, note)


def text(title, words):
    return {"kind": "text", "title": title, "text": words}


def drawing(title, words):
    """A picture made of characters; a page leaves it out, as it draws the figures itself."""
    return {**text(title, words), "drawing": True}


def plan(title, lines, note="", nodes=()):
    """Lines for a terminal; nodes (sqlwatch.nodes) for a page."""
    section = {"kind": "plan", "title": title, "lines": lines}
    if nodes:
        section["nodes"] = list(nodes)
    return _noted(section, note)


def stacks(title, found, note=""):
    """A flame graph: found is {"outermost;...;innermost": nanoseconds}."""
    rows = sorted(found.items(), key=lambda row: -row[1])[:STACKS]
    return _noted({"kind": "stacks", "title": title, "stacks": [list(row) for row in rows]}, note)


def growth_of(parameter, points):
    """What labctl fits: points are (size, seconds)."""
    sizes, seconds = [size for size, _ in points], [time for _, time in points]
    return {
        "kind": "growth",
        "title": "fitted",
        "parameter": parameter,
        "sizes": sizes,
        "seconds": seconds,
    }


def _noted(section, note):
    return {**section, "note": note} if note else section


def place(file, line):
    """Where, as short as it stays clear: "solution.py:12"."""
    return f"{os.path.basename(file)}:{line}"


def source(file, line, width=60):
    found = linecache.getline(file, line).strip()
    return found if len(found) <= width else found[: width - 3] + "..."


def is_own(file):
    """Is it a file of the exercise or the student, not of Python, its libraries, the harness?"""
    if file[:1] in "<~":
        return False
    file = os.path.abspath(file)
    return not any(file.startswith(path + os.sep) for path in FOREIGN)


def percent(part, whole):
    return round(100 * part / whole, 1) if whole else 0.0


def ms(ns):
    """Milliseconds with three digits that mean something."""
    value = ns / 1e6
    return round(value, 1 if value >= 100 else 2 if value >= 1 else 3)


def brief(words, width=72):
    words = " ".join(words.split())
    return words if len(words) <= width else words[: width - 3] + "..."
