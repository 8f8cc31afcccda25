# SPDX-License-Identifier: Apache-2.0
"""judge.py EXERCISE_DIR: makes inputs and checks outputs, in a sandbox of its own.

Only trusted files are here: workload.py and check.py of the exercise, and the
baseline that check.py imports as its oracle. Outputs come from code that is not
trusted, so they are parsed and compared as data and nothing more.

    W {"seed": n, "size": "small", "parameters": {...}}   -> O the input
    C length of input (4 bytes LE), input, output         -> O {"ok": bool, "reason": "..."}
    S {"size": "small"}                                   -> O {"workload": 1, ...}

The oracle answers before the input is handed out: what the code under test
does to a service later, the expected output does not see.

Who is not done when the time that labctl gives is nearly over prints where it is, on
standard error: labctl takes the line from there.
"""

import collections
import contextlib
import faulthandler
import hashlib
import importlib
import json
import os
import random
import shutil
import struct
import sys

from channel import CHECK, ERROR, QUIT, READY, RESULT, WORKLOAD, Channel, Closed
from context import Context
from errors import Misshapen, describe_exercise

REMEMBER = 2048  # expected outputs: every sample of a block has the same inputs, one for each call
ABOUT = b"S"
SHARE = 0.8  # of the time, after which it says where it is
AFTER = "/lab/after"  # files of the run's disk, as a power cut would have left them


class Judge:
    def __init__(self, exercise_dir):
        sys.path[:0] = [exercise_dir, os.path.join(exercise_dir, "variants")]
        self.ctx = Context(exercise_dir)
        self.workload = importlib.import_module("workload")
        self.check = importlib.import_module("check")
        for module, function in ((self.workload, "make"), (self.check, "expected"), (self.check, "check")):
            if not callable(getattr(module, function, None)):
                raise Misshapen(f"it defines no function {function}()", module.__file__)
        self.expected = collections.OrderedDict()

    def make(self, request):
        """The input of this seed, and the expected output kept for later."""
        wanted = json.loads(request)
        self.ctx.size = wanted.get("size", self.ctx.size)
        parameters = {**self.ctx.parameters, **wanted.get("parameters", {})}
        data = self.workload.make(random.Random(wanted["seed"]), parameters, self.ctx)
        payload = json.dumps(data, separators=(",", ":")).encode()
        self.answer(payload)
        return payload

    def answer(self, payload):
        """The oracle's output for an input."""
        key = hashlib.sha256(payload).digest()
        if key not in self.expected:
            self.renew_output()
            self.expected[key] = self.check.expected(self.ctx, json.loads(payload))
            while len(self.expected) > REMEMBER:
                self.expected.popitem(last=False)
        return self.expected[key]

    def renew_output(self):
        """A run finds the folder it writes in empty; the oracle's is its own."""
        if self.ctx.disk:
            shutil.rmtree(self.ctx.output, ignore_errors=True)
            os.mkdir(self.ctx.output)

    def verdict(self, request):
        (size,) = struct.unpack_from("<I", request)
        payload, output = request[4 : 4 + size], request[4 + size :]
        want = self.answer(payload)
        try:
            got = json.loads(output)
        except (ValueError, RecursionError) as e:
            return {"ok": False, "reason": f"the output is not JSON: {e}"}
        data = json.loads(payload)
        reason = self.check.check(data, want, got)
        if not reason and hasattr(self.check, "aftermath"):
            reason = self.check.aftermath(data, AFTER)
        if not isinstance(reason, (str, type(None))):
            reason = f"check() must return a text that says what is wrong, or nothing; not {reason!r}"
        return {"ok": not reason, "reason": reason or ""}

    def about(self):
        return {"workload": getattr(self.workload, "VERSION", 1), "python": sys.version.split()[0]}


@contextlib.contextmanager
def watched():
    """Says where it is, again and again: on a busy machine labctl waits for longer."""
    seconds = float(os.environ.get("LABCTL_JUDGE_SECONDS") or 0)
    if seconds:
        faulthandler.dump_traceback_later(SHARE * seconds, repeat=True)
    yield
    faulthandler.cancel_dump_traceback_later()


def serve(channel, judge):
    channel.send_json(READY, judge.about())
    while True:
        kind, payload = channel.receive()
        if kind == QUIT:
            return
        if kind == WORKLOAD:
            with watched():
                payload = judge.make(payload)
            channel.send(RESULT, payload)
        elif kind == CHECK:
            with watched():
                verdict = judge.verdict(payload)
            channel.send_json(RESULT, verdict)
        elif kind == ABOUT:
            channel.send_json(RESULT, judge.about())
        else:
            raise Closed(f"a frame of type {kind!r}: not labctl's")


def main(exercise_dir):
    channel = Channel()
    try:
        with watched():
            judge = Judge(os.path.abspath(exercise_dir))
        serve(channel, judge)
    except Closed:
        raise
    except BaseException as e:  # the exercise's fault: labctl names workload.py or check.py
        channel.send_json(ERROR, describe_exercise(e, os.path.abspath(exercise_dir)))
        sys.exit(1)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: judge.py EXERCISE_DIR")
    try:
        main(sys.argv[1])
    except Closed as e:
        sys.exit(f"labctl: {e}")
