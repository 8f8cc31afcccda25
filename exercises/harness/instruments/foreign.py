# SPDX-License-Identifier: Apache-2.0
"""How often foreign code is called, from where, and how long it takes.

Foreign are functions of a library that ctypes or cffi opened, and of modules that were
built for the variant; not Python's own. The interpreter tells of each call and each return
(sys.monitoring); what the telling itself costs is measured first, on a function that does
nothing, and taken off. Runs without all that, of which the shortest counts, say how long
the work takes. All times are of this thread on its CPU: a neighbour would come and go.
"""

import ctypes
import math
import sys
from time import thread_time_ns as clock

from report import ms, percent, place, report, table, text

MONITOR = sys.monitoring
TOOL = MONITOR.PROFILER_ID
EVENTS = MONITOR.events
TRIALS = 20000
RUNS, ENOUGH_NS = 5, 1_000_000_000
TOP = 10


class Watch:
    """Calls of foreign functions, by function and place."""

    def __init__(self, built):
        self.built = built
        self.calls = {}  # (name, kind, code, offset) -> [count, ns, function]
        self.begin_ns = 0

    def kind_of(self, function):
        """ctypes, cffi or module; None for what is not foreign."""
        if isinstance(function, ctypes._CFuncPtr):
            return "ctypes"
        owner = getattr(function, "__self__", None)
        if type(function).__module__ == "_cffi_backend" or is_cffi(owner):
            return "cffi"
        file = getattr(owner, "__file__", None)
        if self.built and file and file.startswith(self.built):
            return "module"
        return None

    def called(self, code, offset, function, first):
        if self.kind_of(function) is None:
            return MONITOR.DISABLE
        self.begin_ns = clock()
        return None

    def returned(self, code, offset, function, first):
        ns = clock() - self.begin_ns
        kind = self.kind_of(function)
        if kind is None:
            return
        key = name_of(function), kind, code, offset
        entry = self.calls.setdefault(key, [0, 0, function])
        entry[0] += 1
        entry[1] += ns

    def __enter__(self):
        MONITOR.use_tool_id(TOOL, "labctl")
        MONITOR.register_callback(TOOL, EVENTS.CALL, self.called)
        MONITOR.register_callback(TOOL, EVENTS.C_RETURN, self.returned)
        MONITOR.set_events(TOOL, EVENTS.CALL)  # C_RETURN comes with it
        return self

    def __exit__(self, *error):
        MONITOR.set_events(TOOL, 0)
        MONITOR.free_tool_id(TOOL)


def is_cffi(owner):
    kind = type(owner)
    return kind.__module__ == "_cffi_backend" or kind.__name__ in ("CompiledLib", "Lib")


def name_of(function):
    name = getattr(function, "__name__", "a function")
    return name if isinstance(name, str) else name.decode("ascii", "replace")


def idle(argtypes):
    """A function that does next to nothing (it takes a sign off), called with such arguments. What
    it is given too much lies in registers that it never looks at."""
    function = ctypes.CDLL(None).labs
    function.argtypes = argtypes
    function.restype = ctypes.c_long
    return function


def sample_of(argtype):
    """A value that ctypes takes for this type."""
    if argtype in (ctypes.c_double, ctypes.c_float):
        return 1.0
    if issubclass(argtype, ctypes._Pointer):
        return (argtype._type_ * 1)()
    return argtype()


def per_call(function, arguments):
    start = clock()
    for _ in range(TRIALS):
        pass
    loop = clock() - start
    start = clock()
    for _ in range(TRIALS):
        function(*arguments)
    return max(0, (clock() - start - loop) / TRIALS)


def calibrate():
    """(ns of an empty ctypes call, ns that watching one adds to what is seen of it)."""
    function = idle([ctypes.c_long])
    bare = per_call(function, (1,))
    with Watch("") as watch:
        for _ in range(TRIALS):
            function(1)
    (count, seen, _), *_ = watch.calls.values()
    return bare, max(0, seen / count - bare)


def crossing(function, kind):
    """ns to a function and back that takes the same arguments and does nothing with them."""
    if kind != "ctypes":
        return per_call(abs, (1,))
    try:
        argtypes = list(function.argtypes or [ctypes.c_long])
        return per_call(idle(argtypes), [sample_of(argtype) for argtype in argtypes])
    except (TypeError, ctypes.ArgumentError):  # a type of the program's own
        return per_call(idle([ctypes.c_long]), (1,))


def shortest(subject, data):
    """ns of a run that nobody watches."""
    spent, least = 0, math.inf
    for _ in range(RUNS):
        start = clock()
        subject.run(data)
        taken = clock() - start
        least = min(least, taken)
        spent += taken
        if spent > ENOUGH_NS:
            break
    return least


def observe(subject, data):
    bare_ns, watching_ns = calibrate()
    whole_ns = shortest(subject, data)
    with Watch(subject.ctx.built) as watch:
        subject.run(data)
    rows, foreign_ns, crossing_ns = rows_of(watch, whole_ns, watching_ns)
    if not rows:
        return report(
            f"foreign code of {subject.name}, {ms(whole_ns)} ms of CPU",
            text("calls", "It calls no foreign code: all of the time is Python's."),
            cost(bare_ns),
        )
    return report(
        f"foreign code of {subject.name}, {ms(whole_ns)} ms of CPU",
        table(
            "calls",
            ["function", "by", "calls", "time ms", "time %", "microseconds each", "called from"],
            rows,
            "time is from call to return, with what it takes to get there and back; the share is "
            "of a run that nobody watched",
        ),
        table(
            "where the time goes",
            ["", "time ms", "time %"],
            shares(whole_ns, foreign_ns, crossing_ns),
            "getting there and back: measured on a function that takes the same arguments and "
            "does nothing",
        ),
        cost(bare_ns),
    )


def rows_of(watch, whole_ns, watching_ns):
    rows, all_ns, crossing_ns = [], 0, 0
    for (name, kind, code, offset), (count, ns, function) in watch.calls.items():
        ns = max(0, ns - count * watching_ns)
        all_ns += ns
        crossing_ns += min(ns, count * crossing(function, kind))
        line = line_of(code, offset)
        rows.append(
            [
                name,
                kind,
                count,
                ms(ns),
                percent(min(ns, whole_ns), whole_ns),
                round(ns / count / 1000, 2),
                place(code.co_filename, line),
            ]
        )
    rows.sort(key=lambda row: -row[3])
    return rows[:TOP], min(all_ns, whole_ns), crossing_ns


def shares(whole_ns, foreign_ns, crossing_ns):
    crossing_ns = min(crossing_ns, foreign_ns)
    work_ns = foreign_ns - crossing_ns
    return [
        ["in foreign code", ms(work_ns), percent(work_ns, whole_ns)],
        ["getting there and back", ms(crossing_ns), percent(crossing_ns, whole_ns)],
        ["in Python", ms(whole_ns - foreign_ns), percent(whole_ns - foreign_ns, whole_ns)],
    ]


def line_of(code, offset):
    for start, end, line in code.co_lines():
        if start <= offset < end and line:
            return line
    return code.co_firstlineno


def cost(bare_ns):
    return text(
        "what a call costs",
        "A call by ctypes of a function that does nothing takes "
        f"{round(bare_ns / 1000, 2)} microseconds here.",
    )
