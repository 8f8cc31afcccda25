# SPDX-License-Identifier: Apache-2.0
"""The same forecast, its functions made anew for each call, as template engines and rule systems
do it. An engine that compiles what it has seen often never sees these twice."""

import os

import baseline

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "baseline.py")) as file:
    TEXT = file.read()
made = 0


def run(ctx, data):
    global made
    made += 1
    scope = {"__name__": f"rules{made}"}
    exec(compile(TEXT, f"rules{made}.py", "exec"), scope)
    return {
        "tides": scope["tides"](data["days"]),
        "queue": scope["queue"](data["ships"], data["berths"]),
        "board": baseline.board(data["ships"]),
    }
