# SPDX-License-Identifier: Apache-2.0
"""A small HTTP/1.1 server for exercises that measure a load.

A few threads share one epoll. Every socket is armed for one event at a time, so
whichever thread wakes has the connection to itself: it answers what has come,
arms the socket again and waits for the next. No queue, no thread per connection, and the
handler may be plain blocking code; it is called from THREADS threads at once.

handle(ctx, request) returns the body, text or bytes, for status 200; None means 404. What it
raises becomes a status of 500 whose body names the file and the line.

Only what labctl's load generator sends is understood: GET and POST, a Content-Length, a
persistent connection.
"""

import select
import socket
import threading

from errors import describe

THREADS = 8
HEAD_MAX = 1 << 14
BODY_MAX = 1 << 20
PHRASES = {200: "OK", 400: "Bad Request", 404: "Not Found", 500: "Internal Server Error"}


class Request:
    __slots__ = ("body", "method", "path")

    def __init__(self, method, path, body=""):
        self.method, self.path, self.body = method, path, body


class BadRequest(Exception):
    """Not HTTP as the load generator speaks it."""


class Connection:
    """A socket, and what has come on it without having been answered."""

    def __init__(self, sock):
        self.socket = sock
        self.pending = b""

    def receive(self):
        """Takes what has come; False when the other end closed."""
        try:
            part = self.socket.recv(1 << 16)
        except OSError:
            return False
        self.pending += part
        return bool(part)

    def next_request(self):
        """A whole request, or None while a part of it is missing."""
        end = self.pending.find(b"\r\n\r\n")
        if end < 0:
            if len(self.pending) > HEAD_MAX:
                raise BadRequest("a head without an end")
            return None
        line, *fields = self.pending[:end].decode("latin-1").split("\r\n")
        size = body_size(fields)
        if len(self.pending) < end + 4 + size:
            return None
        body = self.pending[end + 4 : end + 4 + size].decode("utf-8")
        self.pending = self.pending[end + 4 + size :]
        method, path, _ = line.split(" ")
        return Request(method, path, body)

    def answer(self, status, body):
        head = f"HTTP/1.1 {status} {PHRASES[status]}\r\nContent-Length: {len(body)}\r\n\r\n"
        self.socket.sendall(head.encode() + body)


def body_size(fields):
    for field in fields:
        name, _, value = field.partition(":")
        if name.lower() == "content-length":
            size = int(value)
            if not 0 <= size <= BODY_MAX:
                raise BadRequest(f"a body of {size} bytes")
            return size
    return 0


class Server:
    def __init__(self, handle, file):
        self.handle, self.file = handle, file
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]
        self.connections = {}
        self.poll = select.epoll()
        self.once = select.EPOLLIN | select.EPOLLONESHOT
        self.poll.register(self.listener, self.once)

    def start(self):
        for _ in range(THREADS):
            threading.Thread(target=self.work, daemon=True).start()

    def work(self):
        while True:
            for fd, _ in self.poll.poll(-1, 1):
                if fd == self.listener.fileno():
                    self.accept()
                else:
                    self.serve(fd)

    def accept(self):
        try:
            sock, _ = self.listener.accept()
        except OSError:
            sock = None
        self.poll.modify(self.listener, self.once)
        if sock:
            sock.setblocking(True)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections[sock.fileno()] = Connection(sock)
            self.poll.register(sock, self.once)

    def serve(self, fd):
        connection = self.connections[fd]
        try:
            alive = connection.receive()
            while alive and (request := connection.next_request()):
                connection.answer(*self.respond(request))
        except (OSError, ValueError, BadRequest):
            alive = False
        if alive:
            self.poll.modify(fd, self.once)
        else:
            del self.connections[fd]
            connection.socket.close()

    def respond(self, request):
        """(status, body as bytes)."""
        try:
            body = self.handle(request)
            if body is None:
                return 404, b"no such page"
            return 200, body.encode() if isinstance(body, str) else bytes(body)
        except BaseException as e:
            error = describe(e, self.file)
            words = "{file}:{line}: {type}: {message}".format(**error)
            return 500, words.encode()


def serve(handle, file):
    """Starts the threads and returns the port, of 127.0.0.1."""
    server = Server(handle, file)
    server.start()
    return server.port
