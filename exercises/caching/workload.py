# SPDX-License-Identifier: Apache-2.0
"""Input of the caching exercise: what visitors of the package site ask for, in order.

Few packages are asked for often and many seldom (Zipf), and now and then a host reports
that it has got one: a write. Parameters:

    requests   how many in all: those that find caches empty, those of the closed loop, those of
               the open one
    packages   different packages they are about
    skew       1.0: the tenth is asked for a tenth as often as the first
    writes     share of requests that are writes
    shelves    share that asks for a shelf of several packages at once

There are as many of each kind whatever the seed, so the work hardly varies. Of the searches one in
three is for the whole name of a package, which has a page too, and one for what nobody's name
begins with: a cache must tell a search from a page, and knows an empty answer.
"""

import bisect
import itertools

VERSION = 3
SHELF = 6
SEARCHES, SECTIONS = 0.05, 0.004

candidates = None


def make(rng, parameters, ctx):
    global candidates
    if candidates is None:
        with ctx.postgres() as db:
            candidates = read(db)
    packages = rng.sample(candidates, parameters["packages"])
    pick = Zipf(rng, packages, parameters["skew"])
    return {"requests": [make_one(rng, pick) for make_one in kinds(rng, parameters)]}


def read(db):
    """Packages that a few hundred others need, by name: their pages cost about the same."""
    rows = db.execute(
        "SELECT name FROM package JOIN dependency ON needs_id = id"
        " WHERE name ~ '^[a-z0-9.-]+$' GROUP BY name HAVING count(*) BETWEEN 100 AND 400"
    )
    return sorted(name for (name,) in rows)


class Zipf:
    def __init__(self, rng, items, skew):
        self.rng, self.items = rng, items
        weights = (1 / rank**skew for rank in range(1, len(items) + 1))
        self.sums = list(itertools.accumulate(weights))

    def __call__(self):
        at = bisect.bisect(self.sums, self.rng.random() * self.sums[-1])
        return self.items[min(at, len(self.items) - 1)]


def kinds(rng, parameters):
    """What each request is, spread evenly: any tenth of them holds about a tenth of each kind."""
    count = parameters["requests"]
    shares = {
        write: parameters["writes"],
        shelf: parameters["shelves"],
        search: SEARCHES,
        section: SECTIONS,
    }
    kinds = [package] * count
    places = list(range(count))
    for kind, share in shares.items():
        wanted = round(share * count)
        for turn in range(wanted):
            first, last = turn * len(places) // wanted, (turn + 1) * len(places) // wanted
            kinds[rng.choice(places[first:last])] = kind
        places = [place for place in places if kinds[place] is package]
    return kinds


def package(rng, pick):
    return ["GET", f"/package/{pick()}"]


def write(rng, pick):
    return ["POST", "/install", f"host{rng.randrange(1000, 9999)} {pick()}"]


def shelf(rng, pick):
    return ["GET", "/shelf/" + ",".join(pick() for _ in range(SHELF))]


def search(rng, pick):
    name = pick()
    return ["GET", "/search/" + rng.choice((name[:4], name, name[:2] + "zzz"))]


def section(rng, pick):
    return ["GET", "/section/" + rng.choice(("admin", "devel", "editors", "net", "sound", "web"))]
