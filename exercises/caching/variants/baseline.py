# SPDX-License-Identifier: Apache-2.0
"""The package site: pages of packages, made from the tables for every visitor anew.

    GET  /package/NAME           one package: what it is, who has it, what needs it, how much hangs on it
    GET  /shelf/NAME,NAME,...    several of them, as the front page shows
    GET  /search/TEXT            names that begin so
    GET  /section/NAME           how many packages a section has, and how large they are
    POST /install                "HOST NAME": a host has got a package

handle() is called from several threads at once, setup() once before.
"""

import json
import threading

context = None
local = threading.local()


def setup(ctx):
    global context
    context = ctx
    for table in ("package", "dependency", "install"):
        connection().execute(f"SELECT count(*) FROM {table}")  # the server's cache is warm
    ctx.note("cache", "empty")


def handle(ctx, request):
    _, page, *rest = request.path.split("/")
    if request.method == "POST" and page == "install":
        host, name = request.body.split(" ")
        install(host, name)
        return json.dumps({"stored": True})
    if page == "package":
        return json.dumps(entry(rest[0]))
    if page == "shelf":
        return json.dumps([entry(name) for name in rest[0].split(",")])
    if page == "search":
        return json.dumps(search(rest[0]))
    if page == "section":
        return json.dumps(section(rest[0]))
    return None


def connection():
    """This thread's connection to the database."""
    if not hasattr(local, "db"):
        local.db = context.postgres()
    return local.db


def entry(name):
    """What a page shows of a package."""
    db = connection()
    row = db.execute(
        "SELECT id, version, section, summary FROM package WHERE name = %s",
        (name,),
    ).fetchone()
    hosts = db.execute(
        "SELECT count(*) FROM install WHERE package_id = %s",
        (row[0],),
    ).fetchone()
    needed_by = db.execute(
        "SELECT name, kind FROM dependency JOIN package ON id = package_id"
        " WHERE needs_id = %s ORDER BY installed_kb DESC, name, kind LIMIT 8",
        (row[0],),
    ).fetchall()
    kinds = db.execute(
        "SELECT kind, count(*), sum(installed_kb) FROM dependency"
        " JOIN package ON id = package_id WHERE needs_id = %s GROUP BY kind ORDER BY kind",
        (row[0],),
    ).fetchall()
    sections = db.execute(
        "SELECT section, count(DISTINCT id) FROM dependency JOIN package ON id = package_id"
        " WHERE needs_id = %s GROUP BY section ORDER BY 2 DESC, 1 LIMIT 5",
        (row[0],),
    ).fetchall()
    indirectly = db.execute(
        "SELECT count(DISTINCT far.package_id) FROM dependency AS near"
        " JOIN dependency AS far ON far.needs_id = near.package_id WHERE near.needs_id = %s",
        (row[0],),
    ).fetchone()
    return {
        "name": name,
        "version": row[1],
        "section": row[2],
        "summary": row[3],
        "hosts": hosts[0],
        "needed_by": [list(one) for one in needed_by],
        "kinds": [list(one) for one in kinds],
        "sections": [list(one) for one in sections],
        "indirectly": indirectly[0],
    }


def install(host, name):
    """Keeps that a host has got a package."""
    connection().execute(
        "INSERT INTO install SELECT %s, id FROM package WHERE name = %s",
        (host, name),
    )


def search(text):
    """The first ten names that begin with a text."""
    rows = connection().execute(
        "SELECT name FROM package WHERE name >= %s AND starts_with(name, %s)"
        " ORDER BY name LIMIT 10",
        (text, text),
    )
    return [name for (name,) in rows]


def section(name):
    """How many packages a section has, and their size."""
    rows = connection().execute(
        "SELECT count(*), sum(installed_kb) FROM package WHERE section = %s",
        (name,),
    )
    count, size = rows.fetchone()
    return {"section": name, "packages": count, "installed_kb": size}
