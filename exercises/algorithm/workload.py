# SPDX-License-Identifier: Apache-2.0
"""Input of the algorithm exercise: a morning at the package desk.

Names and dependencies are those of Debian packages (names.txt: names of four to nine
letters; packages.txt: a package and what it depends on).

Every input of the sizes in exercise.yaml has what is easily got wrong: names asked for equally
often where the ten most wanted end, the alphabetically last of them first in the log; capitals and
blanks; a package that does not need the other, and one that is the other. Parameters:

    lines    lines of the log, most of them repeating a few misspelt names
    asked    different misspelt names among them
    shelf    how many names a misspelt one is compared with
    length   the longest name on the shelf, 4 to 9
    joined   if 1, every name has that length, of any size, and is cut out of several
    routes   pairs of packages asked about
"""

import collections
import os

VERSION = 2
GROWTH = {
    "parameter": "length",
    "values": [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 32, 64, 128, 256, 512, 1024, 2048],
    "fixed": {"joined": 1, "lines": 40, "asked": 8, "shelf": 8, "routes": 1},
}
FOLDER = os.path.dirname(os.path.abspath(__file__))
LETTERS = "abcdefghijklmnopqrstuvwxyz"
MOST_WANTED = 10  # names that the program reports
REACHED = 30  # packages at most that one needs which does not need the other: few, as it costs time


def make(rng, parameters, ctx):
    names = read("names.txt")
    if parameters.get("joined"):
        names = cut(rng, names, parameters["shelf"], parameters["length"])
    shelf = mixed_lengths(rng, names, parameters["shelf"], parameters["length"])
    meant = mixed_lengths(rng, shelf, parameters["asked"], parameters["length"])
    asked = [misspell(rng, name) for name in meant]
    depends = {}
    for line in read("packages.txt"):
        package, needed = line.split(":")
        depends[package] = needed.split()
    return {
        "log": [
            log_line(rng, name)
            for name in tied([pick(rng, asked) for _ in range(parameters["lines"])])
        ],
        "shelf": shelf,
        "depends": depends,
        "routes": routes(rng, depends, parameters["routes"]),
    }


def mixed_lengths(rng, names, count, longest):
    """Names in random order, as many of one length as of another: the work hardly varies."""
    names = rng.sample(names, len(names))
    lengths = sorted({len(name) for name in names if len(name) <= longest}, reverse=True)
    by_length = [[name for name in names if len(name) == length] for length in lengths]
    taken = [by_length[at % len(by_length)].pop() for at in range(count)]
    rng.shuffle(taken)
    return taken


def cut(rng, names, count, length):
    """Names of just this length."""
    letters = "".join(rng.sample(names, len(names)))
    step = (len(letters) - length) // count
    return [letters[at * step :][:length] for at in range(count)]


def read(name):
    with open(os.path.join(FOLDER, name), encoding="ascii") as file:
        return file.read().splitlines()


def pick(rng, items):
    """An item, the early ones far more often than the late."""
    return items[int(len(items) * rng.random() ** 3)]


def tied(names):
    """The names on either side of the last most wanted become equally frequent."""
    ranked = [name for name, _ in collections.Counter(names).most_common()]
    equals = sorted(ranked[MOST_WANTED - 2 : MOST_WANTED + 2], reverse=True)
    if len(equals) < 4:
        return names
    places = [at for at, name in enumerate(names) if name in equals]
    rest = len(places) % len(equals)
    for turn, at in enumerate(places):
        names[at] = equals[turn % len(equals)] if turn < len(places) - rest else ranked[0]
    return names


def misspell(rng, name):
    """One or two slips of the finger."""
    for _ in range(rng.choice((1, 1, 2))):
        at = rng.randrange(len(name))
        slip = rng.randrange(3)
        if slip == 0:
            name = name[:at] + rng.choice(LETTERS) + name[at + 1 :]
        elif slip == 1 and len(name) > 3:
            name = name[:at] + name[at + 1 :]
        else:
            name = name[:at] + name[at : at + 2][::-1] + name[at + 2 :]
    return name


def log_line(rng, name):
    host, pid = rng.randrange(40), rng.randrange(1000, 32000)
    case = name.upper() if rng.random() < 0.1 else name
    blank, end = ("  ", rng.choice((" ", "\t", "\r"))) if rng.random() < 0.1 else (" ", "")
    return f"host{host} apt[{pid}]: E: Unable to locate package{blank}{case}{end}"


def routes(rng, depends, count):
    found = [route(rng, depends) for _ in range(count)]
    if count > 2:
        found[-2:] = [apart(rng, depends), [found[-1][0]] * 2]
    return found


def apart(rng, depends):
    """Two packages of which the first does not need the second."""
    while True:
        start, goal = rng.sample(sorted(depends), 2)
        needs = reached(depends, start)
        if goal not in needs and 1 < len(needs) <= REACHED:
            return [start, goal]


def reached(depends, start):
    found = [start]
    for package in found:
        found += [needed for needed in dict.fromkeys(depends[package]) if needed not in found]
    return found


def route(rng, depends):
    """Two packages of which the first needs the second, over a few others."""
    start = goal = rng.choice(sorted(depends))
    for _ in range(rng.randrange(2, 6)):
        goal = rng.choice(depends[goal] or [goal])
    return [start, goal]
