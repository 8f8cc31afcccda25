#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
#
# Samples have a network in common only while nothing stays in it: here each leaves a closed
# connection, which holds its port for a minute, and each wants that port.
. "$(dirname "$0")/../lib.sh"

cat >"$T/solution.py" <<'EOF'
import socket
from collections import Counter


def listen():
    server = socket.socket()
    server.bind(("127.0.0.1", 7777))
    server.listen()
    return server


def run(ctx, data):
    with listen() as server:
        client = socket.create_connection(("127.0.0.1", 7777))
        server.accept()[0].close()
        client.close()
    try:
        listen()
    except OSError:
        return Counter(data["words"])
    raise Exception("control: the port was free at once")
EOF
run labctl run "$TOP/tests/fixtures/count" --try "$T/solution.py" --budget "$(at_most 10)s"
like "every sample got the port" "$out" "^try +[0-9.]+ \[[0-9.]+, [0-9.]+\] "
unlike "none failed" "$out$err" "Address already in use|control:"
