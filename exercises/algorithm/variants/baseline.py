# SPDX-License-Identifier: Apache-2.0
"""The package desk: what users asked for in vain, and what we answer them.

run() gets the log of a morning and reports which names were asked for most, which
packages on the shelf they probably meant, and how one package comes to need another.
"""


def run(ctx, data):
    asked = [clean(line) for line in data["log"]]
    counts = tally(asked)
    return {
        "asked": top(counts, 10),
        "meant": {name: nearest(name, data["shelf"]) for name, _ in counts},
        "steps": [steps(data["depends"], a, b) for a, b in data["routes"]],
    }


def clean(line):
    """The name that a line of the log asks for."""
    words = []
    for word in line.split(" "):
        if word != "":
            words = words + [word.strip().lower()]
    return words[-1]


def tally(names):
    """Each name with how often it occurs, in order of first appearance."""
    seen = []
    counts = []
    for name in names:
        if name not in seen:
            seen.append(name)
            counts.append(0)
        counts[seen.index(name)] += 1
    return [[name, count] for name, count in zip(seen, counts)]


def top(counts, limit):
    """The names asked for most; of equals the alphabetically first."""
    rest = list(counts)
    result = []
    while rest and len(result) < limit:
        best = rest[0]
        for item in rest:
            if item[1] > best[1] or (item[1] == best[1] and item[0] < best[0]):
                best = item
        rest.remove(best)
        result.append(best)
    return result


def nearest(name, shelf):
    """The three names of the shelf most like this one, each with its likeness in percent."""
    scored = []
    for other in shelf:
        likeness = 200 * common(name, other) // (len(name) + len(other))
        scored.append([-likeness, other])
    scored.sort()
    return [[other, -likeness] for likeness, other in scored[:3]]


def common(a, b):
    """How many letters of a stand in b too, in the same order."""
    if a == "" or b == "":
        return 0
    if a[0] == b[0]:
        return 1 + common(a[1:], b[1:])
    return max(common(a[1:], b), common(a, b[1:]))


def steps(depends, start, goal):
    """How many dependencies lead from one package to another; -1: none do."""
    seen = [start]
    queue = [[start, 0]]
    while queue:
        package, distance = queue.pop(0)
        if package == goal:
            return distance
        for needed in depends[package]:
            if needed not in seen:
                seen.append(needed)
                queue.append([needed, distance + 1])
    return -1
