# SPDX-License-Identifier: Apache-2.0
"""Who works, for how long, and what is sent: every process of the sandbox during one run.

A watcher, a process of its own, reads /proc a hundred times a second and keeps the last that it saw
of each process; what is between its last look and a process's end is missing. The watcher itself is
left out. What multiprocessing
and concurrent.futures send is counted where they hand bytes to a pipe, in the first process; what
goes over a network, at the interface.
"""

import json
import multiprocessing.connection
import os
import select
import time

from report import ms, percent, report, table, text

PERIOD = 0.01
TICK_NS = 1_000_000_000 // os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def observe(subject, data):
    with Watcher() as watcher, Messages() as messages:
        network = traffic()
        start, own = time.monotonic_ns(), os.times()
        subject.run(data)
        wall_ns, ended = time.monotonic_ns() - start, os.times()
        network = [after - before for before, after in zip(network, traffic(), strict=True)]
    seen = watcher.seen
    cpu_ns = sum((ended[i] - own[i]) * 1e9 for i in range(4))  # of itself and of ended children
    return report(
        f"processes of {subject.name}, {ms(wall_ns)} ms",
        text(
            "in all",
            f"{ms(cpu_ns)} ms of CPU in {ms(wall_ns)} ms: {cpu_ns / wall_ns:.2f} CPUs were busy "
            f"on average, of {subject.ctx.cpus:g} granted",
        ),
        table(
            "processes",
            ["process", "threads", "CPU ms", "busy %", "anon MB", "waited", "made to wait"],
            [row(process, wall_ns) for process in seen],
            "busy: CPU time by the time it lived. Anon: memory that is no file, counted in full for "
            "each even where two still share it since the fork. How often it waited of itself, for "
            "data or a lock, and was made to wait, as others wanted its CPU",
        ),
        table(
            "sent between processes",
            ["", "messages", "kB", "bytes each"],
            [sent(name, *counts) for name, counts in messages.counts.items() if counts[0]],
            "as the first process sees it; each message is pickled, written, read and unpickled",
        ),
        table(
            "sent over the network",
            ["", "packets", "kB", "bytes each"],
            [
                sent(name, packets, size)
                for name, packets, size in (
                    ("to other machines", network[3], network[2]),
                    ("from other machines", network[1], network[0]),
                )
                if packets
            ],
        ),
    )


def row(process, wall_ns):
    lived = min(wall_ns, process["lived_ns"]) or 1
    return [
        process["name"],
        process["threads"],
        ms(process["cpu_ns"]),
        min(100.0, percent(process["cpu_ns"], lived)),
        round(process["anon"] / 1e6, 1),
        process["waits"],
        process["preempted"],
    ]


def sent(name, count, size):
    return [name, count, round(size / 1000, 1), round(size / count)]


class Messages:
    """Counts what multiprocessing's connections carry in this process."""

    def __enter__(self):
        self.counts = {"to the others": [0, 0], "from the others": [0, 0]}
        connection = multiprocessing.connection.Connection
        self.kept = connection._send_bytes, connection._recv_bytes
        first = os.getpid()

        def send(this, data):
            if os.getpid() == first:
                self.count("to the others", len(data))
            return self.kept[0](this, data)

        def receive(this, maxsize=None):
            found = self.kept[1](this, maxsize)
            if os.getpid() == first:
                self.count("from the others", found.getbuffer().nbytes)
            return found

        connection._send_bytes, connection._recv_bytes = send, receive
        return self

    def __exit__(self, *_):
        connection = multiprocessing.connection.Connection
        connection._send_bytes, connection._recv_bytes = self.kept

    def count(self, name, size):
        self.counts[name][0] += 1
        self.counts[name][1] += size


def traffic():
    """[bytes received, packets, bytes sent, packets] of all interfaces but the loopback."""
    sums = [0, 0, 0, 0]
    with open("/proc/net/dev", encoding="ascii") as lines:
        for line in list(lines)[2:]:
            name, numbers = line.split(":")
            numbers = numbers.split()
            if name.strip() != "lo":
                for at, column in enumerate((0, 1, 8, 9)):
                    sums[at] += int(numbers[column])
    return sums


class Watcher:
    """Watches from a process of its own; `seen` are the processes, this one first."""

    def __enter__(self):
        self.stop_end, stop = os.pipe()
        self.answer, answer_end = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(stop)
            watch(self.stop_end, answer_end, os.getppid())
        os.close(self.stop_end)
        os.close(answer_end)
        self.stop = stop
        os.read(self.answer, 1)  # it has taken its first look
        return self

    def __exit__(self, *_):
        os.close(self.stop)
        with os.fdopen(self.answer, "rb") as answer:
            self.seen = json.loads(answer.read())
        os.waitpid(self.pid, 0)


def watch(stop, answer, first):
    """The watcher's life: looks until `stop` is closed, answers, ends."""
    try:
        before, last = look(), {}
        os.write(answer, b" ")
        while not select.select([stop], [], [], PERIOD)[0]:
            note(last, look())
        note(last, look())
        with os.fdopen(answer, "w") as out:
            json.dump(summary(before, last, first), out)
    finally:
        os._exit(0)


def note(last, found):
    """The latest of each process; of memory the most. One that has ended has only its times left."""
    for pid, now in found.items():
        old = last.get(pid, {})
        now["anon"] = max(now["anon"], old.get("anon", 0))
        now["threads"] = max(now["threads"], old.get("threads", 0))
        if now["ended"]:
            now["at"] = old.get("at", now["at"])
        last[pid] = now


def summary(before, last, first):
    """What each used since the first look; those that used nothing are left out."""
    found = []
    for pid, now in sorted(last.items()):
        old = before.get(pid, {})
        used = {
            key: value - old.get(key, 0) if key in ("cpu_ns", "waits", "preempted") else value
            for key, value in now.items()
        }
        used["name"] = "the first" if pid == first else f"{now['name']} {pid}"
        used["lived_ns"] = now["at"] - old.get("at", now["born"])
        if used["cpu_ns"] > 0 or pid == first:
            found.append(used)
    return sorted(found, key=lambda process: process["name"] != "the first")


def look():
    """{pid: what it used so far} of every process but init and this one."""
    found, now = {}, time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
        if pid in (1, os.getpid()):
            continue
        try:
            found[pid] = of_process(pid, now)
        except OSError:
            pass  # it ended meanwhile
    return found


def of_process(pid, now):
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
        name, _, rest = file.read().partition("(")[2].rpartition(")")
    rest = rest.split()
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        pages = list(map(int, file.read().split()))
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        status = dict(line.split(":", 1) for line in file if ":" in line)
    return {
        "name": name,
        "at": now,
        "born": int(rest[19]) * TICK_NS,  # since boot, as is the clock
        "ended": rest[0] == "Z",
        "threads": int(rest[17]),
        "cpu_ns": (int(rest[11]) + int(rest[12])) * TICK_NS,
        "anon": (pages[1] - pages[2]) * PAGE,
        "waits": int(status["voluntary_ctxt_switches"]),
        "preempted": int(status["nonvoluntary_ctxt_switches"]),
    }
