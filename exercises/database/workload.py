# SPDX-License-Identifier: Apache-2.0
"""Input of the database exercise: an evening's work of the package site.

Chosen from what the data set's tables hold, so that the work hardly varies from seed to seed.

Every input, of any seed and size, has what is easily got wrong: each of the hostile names, names
that differ from a package's by capitals or by a pattern's signs, none at all, one asked for twice;
a package that needs nothing, one that needs another in two ways, one that needs one that needs
it and a third; the first page; a report given twice, one of no package, and packages
that equally many hosts have where the ten most installed end. Parameters:

    asked      names that visitors typed, some unknown, some hostile
    detailed   packages shown with what they need
    whole      packages whose whole installation is added up
    pages      pages of the catalogue, twenty packages each, besides the first
    installed  reports that a host has got a package
"""

VERSION = 2
MOST_INSTALLED = 10
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
        self.hosts = [
            [self.name_of[package], hosts]
            for package, hosts in db.execute(
                "SELECT package_id, count(*) FROM install GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 12"
            )
        ]
        self.sort()

    def sort(self):
        """Packages by what is to be learnt from them, each list in the order of the names."""
        self.some = sorted(package for package, needs in self.all.items() if 4 <= len(needs) <= 9)
        self.twice = [package for package in self.some if self.needs_twice(package)]
        self.alone = sorted(package for package in self.name_of if package not in self.all)
        self.soft = [package for package in self.some if not self.others(package)]
        self.pairs = [package for package in self.some if self.whole_size(package, 2) == 2]
        chains = [package for package in sorted(self.hard) if self.is_chain(package)]
        self.chains = [package for package in chains if self.in_circle(package)] or chains

    def needs_twice(self, package):
        return len(set(self.all[package])) < len(self.all[package])

    def is_chain(self, package):
        """It needs one other, and that one a third."""
        return len(self.others(package)) == 1 and self.whole_size(package, 3) == 3

    def in_circle(self, package):
        return package in self.hard.get(self.others(package)[0], ())

    def others(self, package):
        """What it needs to be installed."""
        return [needed for needed in set(self.hard.get(package, ())) if needed != package]

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
        "asked": asked(rng, parameters["asked"]),
        "detailed": detailed(rng, parameters["detailed"]),
        "whole": wholes(rng, parameters["whole"]),
        "pages": [{"number": 0, "after": ""}] + [page(rng) for _ in range(parameters["pages"])],
        "installed": reports(rng, parameters["installed"]),
    }


def asked(rng, count):
    """Names as visitors type them."""
    first, second, third = rng.sample(shelf.names, 3)
    names = [hostile.replace("{}", first) for hostile in HOSTILE]
    names += [first, first, second.upper(), third[:-1] + "%", third[:-1] + "_", ""]
    names += [typed(rng) for _ in range(count - len(names))]
    rng.shuffle(names)
    return names


def typed(rng):
    name = rng.choice(shelf.names)
    return name + "x" if rng.random() < 0.1 else name


def named(packages):
    return [shelf.name_of[package] for package in packages]


def detailed(rng, count):
    """As the last one a package that needs nothing."""
    twice = rng.choice(shelf.twice)
    others = rng.sample([package for package in shelf.some if package != twice], count - 2)
    return named([twice, *others, rng.choice(shelf.alone)])


def wholes(rng, count):
    """Whole installations: of one package, of three, and the rest of two, so two on the average."""
    pairs = [rng.choice(shelf.pairs) for _ in range(count - 2)]
    return named([rng.choice(shelf.soft), rng.choice(shelf.chains), *pairs])


def page(rng):
    """A page in the middle of the catalogue: its number, and the last name of the page before."""
    number = rng.randrange(1000, len(shelf.names) // PAGE)
    return {"number": number, "after": shelf.names[number * PAGE - 1]}


def reports(rng, count):
    """[host, package]. The last of the most installed and the one after it draw level; the others
    are reported of packages ahead of them."""
    ahead, (last, more), (after, fewer) = split(shelf.hosts)
    packages = [after] * (more - fewer) + [f"no-{after}"]
    packages += [rng.choice(ahead)[0] for _ in range(count - 1 - len(packages))]
    rng.shuffle(packages)
    made = [[f"host{rng.randrange(1000, 2000)}", package] for package in packages]
    return made + [next(report for report in made if report[1] in dict(ahead))]


def split(hosts):
    return hosts[: MOST_INSTALLED - 1], hosts[MOST_INSTALLED - 1], hosts[MOST_INSTALLED]
