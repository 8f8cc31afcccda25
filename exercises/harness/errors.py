# SPDX-License-Identifier: Apache-2.0
"""What went wrong in the code under test, in words that name its file and line.

The traceback a student sees starts in the student's own file: the harness' frames
are dropped. Everything is bounded, as a message can be as large as its author likes.
"""

import json
import os
import traceback

HARNESS_DIR = os.path.dirname(os.path.abspath(__file__))
MESSAGE_MAX = 2000
TRACEBACK_MAX = 8000


class Unserialisable(Exception):
    """run() returned something that is not JSON."""


class Misshapen(Exception):
    """The file lacks what labctl calls."""

    def __init__(self, message, file=""):
        super().__init__(message)
        self.file = file


def describe(error, file):
    """The ERROR frame: {"type", "message", "traceback", "line", "file"}."""
    try:
        place, line = _place(error, file)
        text = "".join(traceback.format_exception(_without_harness(error)))
    except BaseException as e:  # an exception that breaks the formatting of itself
        place, line, text = os.path.basename(file), 0, f"(no traceback: {type(e).__name__})"
    return {
        "type": type(error).__name__,
        "message": _cut(_message(error), MESSAGE_MAX),
        "traceback": _cut(text, TRACEBACK_MAX),
        "line": line,
        "file": place,
    }


def describe_exercise(error, folder):
    """The same of an exercise's own file, named as it is in the exercise's folder."""
    file, line = _place_in(error, folder)
    text = "".join(traceback.format_exception(error))
    name = os.path.relpath(file, folder) if _is_in(file, folder) else os.path.basename(file)
    return {
        "type": type(error).__name__,
        "message": _cut(_message(error), MESSAGE_MAX),
        "traceback": _cut(text, TRACEBACK_MAX),
        "line": line,
        "file": name,
    }


def _is_in(file, folder):
    return os.path.abspath(file).startswith(os.path.join(folder, ""))


def _place_in(error, folder):
    """File and line: the innermost frame in the folder, else the innermost of all."""
    if isinstance(error, SyntaxError) and error.filename:
        return error.filename, error.lineno or 0
    if isinstance(error, Misshapen):
        return error.file, 0
    frames = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    return ([place for place in frames if _is_in(place[0], folder)] or frames)[-1]


def _message(error):
    if isinstance(error, SystemExit):
        return f"the code called sys.exit({error.code!r}); run() must return its result instead"
    if isinstance(error, SyntaxError):
        return str(error.msg)  # str(error) names file and line again
    if isinstance(error, RecursionError):
        return f"{error}: the recursion does not end, or is deeper than Python allows"
    if isinstance(error, MemoryError):
        return "out of memory" + (f": {error}" if str(error) else "")
    try:
        return str(error)
    except BaseException as e:
        return f"(its message cannot be read: {type(e).__name__})"


def _place(error, file):
    """File name and line: the innermost frame in `file`, else the innermost outside the harness."""
    if isinstance(error, SyntaxError) and error.filename:
        return os.path.basename(error.filename), error.lineno or 0
    if isinstance(error, (Unserialisable, Misshapen)):
        return os.path.basename(file), getattr(error, "line", 0)
    mine = other = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        name = frame.f_code.co_filename
        if os.path.abspath(name) == os.path.abspath(file):
            mine = line
        elif not _of_harness(name):
            other = (os.path.basename(name), line)
    if mine is not None:
        return os.path.basename(file), mine
    return other or (os.path.basename(file), 0)


def _without_harness(error):
    """The error, its traceback cut to begin below the harness."""
    if isinstance(error, (Unserialisable, Misshapen)):
        return error.with_traceback(None)
    trace = error.__traceback__
    while trace and _of_harness(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    return error.with_traceback(trace)


def _of_harness(name):
    return name.startswith("<frozen ") or os.path.dirname(os.path.abspath(name)) == HARNESS_DIR


def _cut(text, limit):
    text = text.encode("utf-8", "replace").decode()
    return text if len(text) <= limit else text[: limit - 30] + f"... ({len(text)} characters)"


def encode(value, run):
    """The value as canonical JSON; an error that says which part of it is not JSON."""
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as e:
        error = Unserialisable(f"run() returned what JSON cannot hold: {_culprit(value) or e}")
    error.line = getattr(getattr(run, "__code__", None), "co_firstlineno", 0)
    raise error


def _culprit(value, path="result", depth=0):
    """Where the value holds what JSON does not, e.g. "result['names'][0] is a set"."""
    if value is None or isinstance(value, (bool, int, str)):
        return ""
    if isinstance(value, float):
        return "" if value - value == 0 else f"{path} is {value}"
    if depth > 50:
        return f"{path} is nested without end"
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                return f"{path} has the key {_cut(repr(key), 60)}, a {type(key).__name__}: use text"
            found = _culprit(item, f"{path}[{key!r}]", depth + 1)
            if found:
                return found
        return ""
    if isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            found = _culprit(item, f"{path}[{index}]", depth + 1)
            if found:
                return found
        return ""
    return f"{path} is a {type(value).__name__}"
