# SPDX-License-Identifier: Apache-2.0
"""Tempting and slow: a Memcached client of one's own, in thirty lines, which writes a command piece
by piece, asks for no reply to a set (it is only a cache), and leaves the socket as it came.

Then the kernel holds back the second piece until the first is acknowledged (Nagle), and the server,
which has nothing to answer yet, acknowledges forty milliseconds later. One line cures it,
TCP_NODELAY, or one write instead of three.
"""

import collections
import json
import socket
import threading

import baseline

make_entry, store_install = baseline.entry, baseline.install
local = threading.local()
lock = threading.Lock()
generation = collections.Counter()
address = None


class Client:
    def __init__(self):
        self.socket = socket.create_connection(address)
        self.answers = self.socket.makefile("rb")

    def write(self, *pieces):
        for piece in pieces:
            self.socket.sendall(piece)

    def set(self, key, value):
        size = len(value)
        self.write(b"set %s 0 600 %d noreply\r\n" % (key, size), value, b"\r\n")

    def get(self, key):
        self.write(b"get ", key, b"\r\n")
        line = self.answers.readline()
        if line == b"END\r\n":
            return None
        value = self.answers.read(int(line.split()[3]) + 2)[:-2]
        self.answers.readline()
        return value


def setup(ctx):
    global address
    baseline.setup(ctx)
    at = ctx.service("memcached")
    address = at["host"], at["port"]


def cache():
    if not hasattr(local, "cache"):
        local.cache = Client()
    return local.cache


def entry(name):
    key, begun = b"entry:" + name.encode(), generation[name]
    kept = json.loads(cache().get(key) or "[-1]")
    if kept[0] == begun:
        return kept[1]
    made = make_entry(name)
    cache().set(key, json.dumps([begun, made]).encode())
    return made


def install(host, name):
    store_install(host, name)
    with lock:
        generation[name] += 1


baseline.entry, baseline.install = entry, install
handle = baseline.handle
