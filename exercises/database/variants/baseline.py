# SPDX-License-Identifier: Apache-2.0
"""The package site's evening job: what hosts reported, what visitors asked for, what pages show.

The tables (see README.md):

    package     id, name, version, section, priority, maintainer, installed_kb, summary
    dependency  package_id, needs_id, kind
    install     host, package_id
"""


def setup(ctx):
    ctx.db = ctx.postgres()
    for table in ("package", "dependency", "install"):
        ctx.db.execute(f"SELECT count(*) FROM {table}")  # the server's cache is warm
    ctx.note("cache", "warm")


def run(ctx, data):
    db = ctx.db
    record(db, data["installed"])
    return {
        "found": look_up(db, data["asked"]),
        "needs": describe(db, data["detailed"]),
        "whole": add_up(db, data["whole"]),
        "pages": catalogue(db, data["pages"]),
        "popular": rank(db),
    }


def record(db, reports):
    """Keeps what the hosts reported: [host, package name]."""
    for host, name in reports:
        db.execute(
            "INSERT INTO install SELECT %s, id FROM package WHERE name = %s",
            (host, name),
        )


def look_up(db, names):
    """Version and section of each name; None for one that is no package."""
    found = {}
    for name in names:
        row = db.execute(
            "SELECT version, section FROM package WHERE name = %s",
            (name,),
        ).fetchone()
        found[name] = list(row) if row else None
    return found


def describe(db, names):
    """What each package needs: [kind, name, size], by kind and name."""
    result = {}
    for name in names:
        rows = db.execute(
            "SELECT needs_id, kind FROM dependency WHERE package_id = %s",
            (package_id(db, name),),
        ).fetchall()
        needs = []
        for needs_id, kind in rows:
            row = db.execute(
                "SELECT name, installed_kb FROM package WHERE id = %s",
                (needs_id,),
            ).fetchone()
            needs.append([kind, row[0], row[1]])
        result[name] = sorted(needs)
    return result


def add_up(db, names):
    """How many packages get installed with each, and their size together."""
    result = []
    for name in names:
        seen = [package_id(db, name)]
        size = 0
        for package in seen:
            size += db.execute(
                "SELECT installed_kb FROM package WHERE id = %s",
                (package,),
            ).fetchone()[0]
            for (needed,) in db.execute(
                "SELECT needs_id FROM dependency"
                " WHERE package_id = %s AND kind IN ('depends', 'pre-depends')",
                (package,),
            ):
                if needed not in seen:
                    seen.append(needed)
        result.append([name, len(seen), size])
    return result


def catalogue(db, pages):
    """The names on each page of the catalogue, twenty to a page."""
    result = []
    for page in pages:
        rows = db.execute(
            "SELECT name, section FROM package ORDER BY name LIMIT 20 OFFSET %s",
            (page["number"] * 20,),
        )
        result.append([list(row) for row in rows])
    return result


def rank(db):
    """The ten packages that most hosts have, with how many."""
    rows = db.execute(
        "SELECT name, hosts FROM package JOIN"
        " (SELECT package_id, count(*) AS hosts FROM install GROUP BY package_id"
        "  ORDER BY hosts DESC FETCH FIRST 10 ROWS WITH TIES) AS first"
        " ON id = package_id ORDER BY hosts DESC, name LIMIT 10"
    )
    return [list(row) for row in rows]


def package_id(db, name):
    return db.execute("SELECT id FROM package WHERE name = %s", (name,)).fetchone()[0]
