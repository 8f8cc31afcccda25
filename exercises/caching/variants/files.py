# SPDX-License-Identifier: Apache-2.0
"""A file per entry. Needs no server, may be larger than memory; the page cache makes reading cheap.

A file is written under another name and renamed, so nobody reads half of it. The generation
(see inprocess.py) is part of the file's name: what was begun before a write is written to a
name that nobody asks for any more. The folder is emptied at the start: what was written to the
tables while the site was down, these generations do not know.
"""

import json
import os
import shutil
import threading

import baseline

make_entry, store_install = baseline.entry, baseline.install
lock = threading.Lock()
generation = {}
folder = None


def setup(ctx):
    global folder
    baseline.setup(ctx)
    folder = os.path.join(ctx.tmpdir, "entries")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)


def entry(name):
    path = os.path.join(folder, f"{name}.{generation.get(name, 0)}")
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        made = make_entry(name)
    draft = f"{path}.{threading.get_ident()}"
    with open(draft, "w", encoding="utf-8") as file:
        json.dump(made, file)
    os.replace(draft, path)
    return made


def install(host, name):
    store_install(host, name)
    with lock:
        old = generation.get(name, 0)
        generation[name] = old + 1
    try:
        os.unlink(os.path.join(folder, f"{name}.{old}"))
    except FileNotFoundError:
        pass


baseline.entry, baseline.install = entry, install
handle = baseline.handle
