# SPDX-License-Identifier: Apache-2.0
"""worker.py EXERCISE_DIR VARIANT_FILE: one sample of one variant.

Imports the file, calls setup(ctx), says READY; for every GO decodes the input,
calls run(ctx, data) and answers RESULT with the output as canonical JSON. A
file with handle() instead of run() is a web application: it is served, READY
carries the port, and labctl's own load generator does the rest.

Whatever the code does, the answer is a frame that says so: it raised, it called
sys.exit, it returned a set, it recursed without end. What no frame can tell
(os._exit, a crash of the interpreter, a limit) labctl sees by itself.
"""

import gc
import json
import os
import sys

import variant
from channel import ERROR, GO, NOTES, QUIT, READY, RESULT, Channel, Closed
from context import Context
from errors import describe, encode

# Each import delays a JVM's start: of these two, a series needs one and the others the other.
SERIES = "LABCTL_COMPILE_LOG" in os.environ
if SERIES:
    import engine
else:
    import web


def main(exercise_dir, file):
    channel = Channel()
    watch_for_crashes()
    ctx = Context(exercise_dir)
    try:
        watched = engine.Engine() if SERIES else None
        module = start(channel, ctx, file)
        while True:
            kind, payload = channel.receive()
            if kind == QUIT:
                return
            if kind == GO:
                output = encode(module.run(ctx, json.loads(payload)), module.run)
                channel.send(RESULT, output)
            if kind == NOTES:
                channel.send_json(RESULT, watched.notes() if watched else {})
    except Closed:
        raise
    except BaseException as e:
        channel.send_json(ERROR, describe(e, file))


def start(channel, ctx, file):
    """Import, set-up, READY."""
    module = variant.load(file)
    if callable(getattr(module, "handle", None)) and not SERIES:
        setup_ns = variant.prepare(module, ctx)
        port = web.serve(lambda request: module.handle(ctx, request), file)
        channel.send_json(READY, variant.ready(ctx, setup_ns, port=port))
        return module
    variant.require(module, file, "run")
    setup_ns = variant.prepare(module, ctx)
    gc.collect()
    channel.send_json(READY, variant.ready(ctx, setup_ns))
    return module


def watch_for_crashes():
    """A crash of the interpreter leaves a traceback. Not every one has this."""
    try:
        import faulthandler

        faulthandler.enable()
    except Exception:
        pass


def finish(status):
    """Ends at once: threads the code left behind do not hold the sample up."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except Exception:
        pass
    os._exit(status)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: worker.py EXERCISE_DIR VARIANT_FILE")
    try:
        main(sys.argv[1], sys.argv[2])
    except Closed as e:
        print(f"labctl: {e}", file=sys.stderr)
        finish(1)
    finish(0)
