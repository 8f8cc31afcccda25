# SPDX-License-Identifier: Apache-2.0
"""Input of the database exercise: an evening's work of the package site.

Chosen from what the data set's tables hold, so that the work hardly varies from seed to seed.
Parameters:

    asked      names that visitors typed, some unknown, some hostile
    detailed   packages shown with what they need
    whole      packages whose whole installation is added up
    pages      pages of the catalogue, twenty packages each
    installed  reports that a host has got a package
"""

VERSION = 1
PAGE = 20
HARD = ("depends", "pre-depends")
HOSTILE = (
    "{}' OR name LIKE '{}%",
    "{}'; DELETE FROM install; --",
    "O'{}",
    "{}\\' OR 1 = 1 --",
    '{}"%s%(x)s',
)


class Shelf:
    """What is in the tables, read once."""

    def __init__(self, db):
        self.names = [name for (name,) in db.execute("SELECT name FROM package ORDER BY name")]
        self.name_of = dict(db.execute("SELECT id, name FROM package"))
        self.hard, self.all = {}, {}
        with db.cursor().copy("COPY dependency TO STDOUT") as rows:
            rows.set_types(["int4", "int4", "text"])
            for package, needed, kind in rows.rows():
                self.all.setdefault(package, []).append(needed)
                if kind in HARD:
                    self.hard.setdefault(package, []).append(needed)
        self.some = sorted(package for package, needs in self.all.items() if 4 <= len(needs) <= 9)
        self.common = db.execute(
            "SELECT package_id FROM install GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 12"
        ).fetchall()

    def whole_size(self, package, most):
        """How many packages it needs, itself included; more than `most` counts as most + 1."""
        seen = [package]
        for at in seen:
            seen += [needed for needed in set(self.hard.get(at, ())) if needed not in seen]
            if len(seen) > most:
                return most + 1
        return len(seen)


shelf = None


def make(rng, parameters, ctx):
    global shelf
    if shelf is None:
        with ctx.postgres() as db:
            shelf = Shelf(db)
    return {
        "asked": [typed(rng) for _ in range(parameters["asked"])],
        "detailed": [shelf.name_of[n] for n in rng.sample(shelf.some, parameters["detailed"])],
        "whole": [small_whole(rng) for _ in range(parameters["whole"])],
        "pages": [page(rng) for _ in range(parameters["pages"])],
        "installed": [
            [f"host{rng.randrange(1000, 2000)}", shelf.name_of[rng.choice(shelf.common)[0]]]
            for _ in range(parameters["installed"])
        ],
    }


def typed(rng):
    """A name as a visitor types it."""
    name = rng.choice(shelf.names)
    chance = rng.random()
    if chance < 0.05:
        return rng.choice(HOSTILE).replace("{}", name)
    return name + "x" if chance < 0.15 else name


def small_whole(rng):
    """A package that needs one other, all told."""
    while True:
        package = rng.choice(shelf.some)
        if shelf.whole_size(package, 2) == 2:
            return shelf.name_of[package]


def page(rng):
    """A page in the middle of the catalogue: its number, and the last name of the page before."""
    number = rng.randrange(1000, len(shelf.names) // PAGE)
    return {"number": number, "after": shelf.names[number * PAGE - 1]}
