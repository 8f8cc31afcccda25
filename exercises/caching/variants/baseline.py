# SPDX-License-Identifier: Apache-2.0
"""The package site: pages of packages, made from the tables for every visitor anew.

    GET  /package/NAME           one package: what it is, who has it, what needs it
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
    return {
        "name": name,
        "version": row[1],
        "section": row[2],
        "summary": row[3],
        "hosts": hosts[0],
        "needed_by": [list(one) for one in needed_by],
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
