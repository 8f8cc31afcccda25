#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
# timeout: 120
#
# A guest sends more than bytes to labctl: a TCP socket that lingers in close(2) for ten minutes, and
# whose peer reads nothing. labctl takes no descriptors, so it would be the one to close it, and wait:
# past the sample's limit of time, which nobody else watches.
. "$(dirname "$0")/lib.sh"

cat >"$T/lingering.py" <<'END'
import os
import signal
import socket
import struct


def lingering():
    """A socket with more to send than is taken, and its peer."""
    listener = socket.create_server(("127.0.0.1", 0))
    sender = socket.create_connection(listener.getsockname())
    silent = listener.accept()[0]
    sender.setblocking(False)
    try:
        while True:
            sender.send(bytes(1 << 16))
    except BlockingIOError:
        pass
    sender.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 600))
    return sender, silent


END
cat "$T/lingering.py" - >"$T/solution.py" <<'END'
def run(ctx, data):
    channel = socket.socket(fileno=60)  # the harness' own
    first, kept = lingering()
    socket.send_fds(channel, [b"O"], [first.fileno()])
    first.close()
    # And one that is still on its way at the end, with its peer, who so outlives the guest.
    second, silent = lingering()
    channel.send(b"\2\0\0\0{}")
    socket.send_fds(channel, [b"O"], [second.fileno(), silent.fileno()])
    signal.pause()
END
run timeout 60 "$LABCTL" run "$TOP/tests/fixtures/count" --try "$T/solution.py" --budget 5s
is "labctl goes on" "$status" 1
like "and judges the answer" "$(tr -s '\n ' ' ' <"$T/stdout")" "wrong answer"

cat "$T/lingering.py" - >"$T/control.py" <<'END'
here, there = socket.socketpair()
sender, silent = lingering()
socket.send_fds(there, [b"O"], [sender.fileno()])
sender.close()
here.recv(1)
END
run timeout 3 python3 "$T/control.py"
is "control: who receives without care waits" "$status" 124
