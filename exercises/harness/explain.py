# SPDX-License-Identifier: Apache-2.0
"""explain.py INSTRUMENT EXERCISE_DIR VARIANT_FILE: shows where the work goes.

Speaks the protocol of worker.py, but the variant runs under an instrument, and RESULT
is its report (README.md, "A report"). An instrument is a module of instruments/ with
observe(subject, data) -> report; begin(subject), where it has one, is called before
the variant's setup().

Times taken here are for finding the culprit: an instrument slows down what it
watches, and the variant itself could forge them. `labctl run` measures.
"""

import importlib
import json
import os
import pkgutil
import sys

import instruments
import variant
import web
from channel import ERROR, GO, READY, RESULT, Channel, Closed
from context import Context
from errors import describe
from worker import finish


class Subject:
    """The variant under the instrument."""

    def __init__(self, ctx, file):
        self.ctx, self.file = ctx, file
        self.name = os.path.splitext(os.path.basename(file))[0]
        self.module = variant.load(file)

    def run(self, data):
        """Does the work once: run(), or each request of the input in turn."""
        if not hasattr(self.module, "handle"):
            return self.module.run(self.ctx, data)
        return [self.module.handle(self.ctx, web.Request(*r)) for r in data["requests"]]


def tool_of(name):
    names = [module.name for module in pkgutil.iter_modules(instruments.__path__)]
    if name not in names:
        raise LookupError(f"no instrument '{name}'; there are {', '.join(names)}")
    return importlib.import_module(f"instruments.{name}")


def main(instrument, exercise_dir, file):
    channel = Channel()
    ctx = Context(exercise_dir)
    try:
        tool = tool_of(instrument)
        subject = Subject(ctx, file)
        if hasattr(tool, "begin"):
            tool.begin(subject)
        setup_ns = variant.prepare(subject.module, ctx)
        channel.send_json(READY, variant.ready(ctx, setup_ns))
        kind, payload = channel.receive()
        if kind == GO:
            report = tool.observe(subject, json.loads(payload))
            channel.send_json(RESULT, {"instrument": instrument, **report})
    except Closed:
        raise
    except BaseException as e:
        channel.send_json(ERROR, describe(e, file))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: explain.py INSTRUMENT EXERCISE_DIR VARIANT_FILE")
    try:
        main(*sys.argv[1:])
    except Closed as e:
        print(f"labctl: {e}", file=sys.stderr)
        finish(1)
    finish(0)
