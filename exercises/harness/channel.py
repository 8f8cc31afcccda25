# SPDX-License-Identifier: Apache-2.0
"""The frames between labctl, outside, and the guest, inside.

labctl hands the guest one stream socket as descriptor 3. A frame is one byte
of type, the length as four bytes little-endian, and the payload:

    R READY    guest -> labctl   imports and set-up are done; labctl's clock is not running yet
    G GO       labctl -> guest   the input; labctl's clock starts
    O RESULT   guest -> labctl   the output; labctl's clock stops
    E ERROR    guest -> labctl   the code raised, and where
    Q QUIT     labctl -> guest   the end
    N NOTES    labctl -> guest   what did your engine compile? (measure: series)
    W C        labctl -> judge   make an input; check an output

The guest says nothing about time that labctl believes, so there is nothing
to protect here from the code under test: it may write to the socket as it likes
and only harms its own sample. What must be protected is the *message* a student
gets, so the socket moves away from descriptor 3, where a stray close() finds it.
"""

import json
import os
import struct

READY, GO, RESULT, ERROR, QUIT = b"R", b"G", b"O", b"E", b"Q"
WORKLOAD, CHECK = b"W", b"C"
NOTES = b"N"

HEADER = struct.Struct("<cI")
FRAME_MAX = 64 << 20
MOVE_TO = 60  # above what a program opens, below the usual limit on open files


class Closed(Exception):
    """The other end is gone, or somebody inside closed the socket."""


def free_descriptor():
    """The first that is not open from MOVE_TO on (not every fcntl module can ask for it)."""
    fd = MOVE_TO
    while True:
        try:
            os.fstat(fd)
        except OSError:
            return fd
        fd += 1


class Channel:
    def __init__(self, fd=3):
        try:
            self.fd = os.dup2(fd, free_descriptor(), inheritable=False)
        except OSError as e:
            raise Closed(f"descriptor {fd} is not open: this program is started by labctl") from e
        os.close(fd)

    def send(self, kind, payload):
        if len(payload) > FRAME_MAX:
            raise ValueError(f"{len(payload)} bytes; labctl takes at most {FRAME_MAX}")
        view = memoryview(HEADER.pack(kind, len(payload)) + payload)
        try:
            while view:
                view = view[os.write(self.fd, view) :]
        except OSError as e:
            raise Closed(f"cannot write to labctl: {e.strerror}") from e

    def send_json(self, kind, value):
        self.send(kind, json.dumps(value).encode())

    def receive(self):
        """The next frame as (kind, payload); (QUIT, b"") where the other end closed."""
        header = self._read(HEADER.size)
        if not header:
            return QUIT, b""
        kind, size = HEADER.unpack(header)
        if size > FRAME_MAX:
            raise Closed(f"a frame of {size} bytes: not labctl's")
        return kind, self._read(size)

    def _read(self, size):
        parts, missing = [], size
        while missing:
            try:
                part = os.read(self.fd, missing)
            except OSError as e:
                raise Closed(f"cannot read from labctl: {e.strerror}") from e
            if not part:
                if parts:
                    raise Closed("labctl ended in the middle of a frame")
                return b""
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)
