#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every input of every size tells a right program from one with a small mistake.

The mistakes are made in the baseline's own text. Only the part that has one is run, as whole
programs take seconds; what needs a database is looked at in the input.
"""

import base64
import collections
import importlib.util
import os
import random
import re
import sys
import tempfile
import types
import unittest

EXERCISES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../exercises")
SEEDS = {"small": 3, "medium": 1, "large": 1}


def load(path, source=None):
    """A module of its own, made of the file's text or of another one."""
    spec = importlib.util.spec_from_file_location("of_an_exercise", path)
    module = importlib.util.module_from_spec(spec)
    if source is None:
        spec.loader.exec_module(module)
    else:
        exec(compile(source, path, "exec"), module.__dict__)
    return module


class WorkloadTest(unittest.TestCase):
    def setUp(self):
        self.folder = os.path.join(EXERCISES, self.exercise)
        self.workload = load(os.path.join(self.folder, "workload.py"))
        self.baseline_path = os.path.join(self.folder, "variants/baseline.py")
        with open(self.baseline_path, encoding="utf-8") as file:
            self.source = file.read().replace("buffering=0", "buffering=-1")  # of io: the wait
        self.baseline = load(self.baseline_path, self.source)
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.ctx = types.SimpleNamespace(disk=temporary.name, output=temporary.name)
        self.sizes = dict(self.read_sizes())

    def read_sizes(self):
        with open(os.path.join(self.folder, "exercise.yaml"), encoding="utf-8") as file:
            text = file.read()
        found = re.findall(r"^  (small|medium|large):\n(?:    .*\n)*?    parameters: {(.*)}", text, re.M)
        self.assertEqual([size for size, _ in found], ["small", "medium", "large"])
        for size, parameters in found:
            pairs = [pair.split(": ") for pair in parameters.split(", ")]
            yield size, {key: float(value) if "." in value else int(value) for key, value in pairs}

    def inputs(self):
        for size, parameters in self.sizes.items():
            for seed in range(SEEDS[size]):
                yield self.workload.make(random.Random(seed), parameters, self.ctx)

    def mistaken(self, right, wrong):
        """The baseline with this mistake."""
        self.assertEqual(self.source.count(right), 1, right)
        return load(self.baseline_path, self.source.replace(right, wrong))

    def shows(self, mistakes, part):
        """For each input: part(baseline, input) is not what it is with the mistake."""
        programs = [(wrong, self.mistaken(right, wrong)) for right, wrong in mistakes]
        for data in self.inputs():
            want = part(self.baseline, data)
            for wrong, program in programs:
                try:
                    got = part(program, data)
                except Exception:
                    continue  # that shows it too
                self.assertNotEqual(got, want, f"nothing shows the mistake {wrong!r}")


class AlgorithmTest(WorkloadTest):
    exercise = "algorithm"

    def test_the_log(self):
        self.shows(
            [
                (".strip().lower()", ".strip()"),
                (".strip().lower()", ".lower()"),
                ('if word != "":', "if True:"),
                ("return words[-1]", "return words[8]"),
            ],
            lambda program, data: [program.clean(line) for line in data["log"]],
        )

    def test_the_most_wanted(self):
        self.shows(
            [
                ("item[0] < best[0]", "False"),
                ("item[0] < best[0]", "item[0] > best[0]"),
                ("len(result) < limit", "len(result) <= limit"),
            ],
            lambda program, data: program.top(program.tally(map(program.clean, data["log"])), 10),
        )

    def test_routes(self):
        self.shows(
            [
                ("return -1", "return 0"),
                ("queue = [[start, 0]]", "queue = [[needed, 1] for needed in depends[start]]"),
            ],
            lambda program, data: [program.steps(data["depends"], a, b) for a, b in data["routes"]],
        )


class IoTest(WorkloadTest):
    exercise = "io"

    def setUp(self):
        super().setUp()
        self.workload.mirrors = types.SimpleNamespace()  # none is asked here
        most = self.workload.SPARE * max(size["packages"] for size in self.sizes.values())
        rng = random.Random(7)
        self.workload.index = [
            [f"package-{n}", f"section{rng.randrange(50)}", str(rng.randrange(1, 10**7)), str(n)]
            for n in range(most)
        ]

    def path(self, data, name):
        return os.path.join(self.ctx.disk, data["folder"], name)

    def test_the_log(self):
        self.shows(
            [
                ('status >= b"500"', 'status > b"500"'),
                ('status >= b"500"', 'status >= b"499"'),
                ('status >= b"500"', 'status == b"500"'),
                ('status >= b"500"', 'status != b"200"'),
                ("for line in log:", "for line in log.readlines()[1:]:"),
                ("for line in log:", "for line in log.readlines()[:-1]:"),
                ('if status >= b"500":', 'counts.setdefault(host.decode(), 0)\n            if status >= b"500":'),
            ],
            lambda program, data: program.failures(self.path(data, "access.log")),
        )

    def test_the_table(self):
        def answers(program, data):
            table = os.path.join(self.ctx.output, "table")
            program.keep(self.path(data, "packages.csv"), table)
            few = sorted(set(map(tuple, data["questions"])))
            return [program.answer(table, question) for question in few]

        reader = "for name, section, size, installed in csv.reader(rows):\n            writer"
        self.shows(
            [
                ("int(size) > largest[1]", "int(size) >= largest[1]"),
                ("int(size) > largest[1]", "(int(size), name) > (largest[1], largest[0])"),
                ("int(size) > largest[1]", "(-int(size), name) < (-largest[1], largest[0])"),
                ('["", -1]', "None"),
                (reader, reader.replace("csv.reader(rows)", "list(csv.reader(rows))[1:]")),
                (reader, reader.replace("csv.reader(rows)", "list(csv.reader(rows))[:-1]")),
                (reader, reader.replace("csv.reader(rows)", '(row.rstrip().split(",") for row in rows)')),
                (reader, "for name, section, size, installed in csv.reader(rows):\n"
                 "            section = section.encode('ascii', 'replace').decode()\n            writer"),
            ],
            answers,
        )  # fmt: skip

    def test_the_orders(self):
        for data in self.inputs():
            orders = [tuple(order.items()) for order in data["orders"]]
            self.assertLess(len(set(orders)), len(orders))


class FfiTest(WorkloadTest):
    exercise = "ffi"

    def pictures(self, data):
        """Of the two pictures that are crafted, what of the baseline takes no time."""
        for picture in data["pictures"][:2]:
            yield base64.b64decode(picture["points"]), picture["width"], picture["height"]

    def test_glare(self):
        rows = "for y in range(height):\n        run_length = 0\n"
        self.shows(
            [
                (rows, "run_length = 0\n    for y in range(height):\n"),
                ("return longest", "return longest or max([])"),
            ],
            lambda program, data: [program.glare(*one) for one in self.pictures(data)],
        )

    def test_the_corners(self):
        """The search itself takes seconds: that it must come to the corners is seen in the place."""
        for data in self.inputs():
            side = data["side"]
            mark = self.baseline.light(base64.b64decode(data["mark"]), data["gain"])
            corners = []
            for points, width, height in self.pictures(data):
                values = self.baseline.light(points, data["gain"])
                ends = (0, 0), (width - side, height - side)
                likeness = [self.baseline.likeness(values, width, mark, side, *end) for end in ends]
                corners.append(likeness[1] > likeness[0])
                self.assertGreater(max(likeness), 0.9)
            self.assertEqual(corners, [True, False])


class ParallelTest(WorkloadTest):
    exercise = "parallel"

    def test_no_share_is_even(self):
        for size in self.sizes.values():
            self.assertTrue(all(size["records"] % workers for workers in range(2, 20)))


class CachingTest(WorkloadTest):
    exercise = "caching"

    def setUp(self):
        super().setUp()
        self.workload.candidates = [f"lib{n:03}-package" for n in range(500)]

    def test_searches(self):
        for data in self.inputs():
            texts = [path.split("/")[2] for _, path, *_ in data["requests"] if path.startswith("/search/")]
            pages = {path.split("/")[2] for _, path, *_ in data["requests"] if path.startswith("/package/")}
            self.assertTrue(pages.intersection(texts))
            self.assertTrue([text for text in texts if text.endswith("zzz")])


class DatabaseTest(WorkloadTest):
    exercise = "database"

    def setUp(self):
        """Tables as small as may be: of six packages two need each other and one of these a third,
        one needs another, one nothing, and all recommend some."""
        super().setUp()
        shelf = self.workload.Shelf.__new__(self.workload.Shelf)
        shelf.name_of = {n: f"package-{n:05}" for n in range(1, 40001)}
        shelf.names = sorted(shelf.name_of.values())
        shelf.hard, shelf.all = {}, {}
        for n in range(1, 39000, 6):
            soft = [39001, 39002, 39003, 39004]
            hard = {n: [n + 1], n + 1: [n, 39005], n + 2: [39006], n + 3: [39005]}
            for package in range(n, n + 6):
                shelf.all[package] = hard.get(package, []) + soft + hard.get(package, [])[: n % 2]
            shelf.hard.update(hard)
        shelf.hosts = [[shelf.name_of[n], 60 - 2 * n] for n in range(1, 13)]
        shelf.sort()
        self.workload.shelf = shelf

    def closure(self, name):
        shelf = self.workload.shelf
        package = shelf.names.index(name) + 1
        return package, set(shelf.others(package)), shelf.whole_size(package, 3)

    def test_names(self):
        names = set(self.workload.shelf.names)
        for data in self.inputs():
            asked = data["asked"]
            known = names.intersection(asked)
            self.assertIn("", asked)
            self.assertGreater(len(asked), len(set(asked)), "one is asked for twice")
            self.assertTrue([name for name in asked if name not in names and name.lower() in names])
            for sign in "%", "_":
                like = [name[:-1] for name in asked if name.endswith(sign)]
                self.assertTrue([name for name in names if name[:-1] in like])
            for hostile in self.workload.HOSTILE:
                self.assertTrue([name for name in known if hostile.replace("{}", name) in asked])

    def test_needs(self):
        shelf = self.workload.shelf
        for data in self.inputs():
            needs = [shelf.all.get(shelf.names.index(name) + 1, []) for name in data["detailed"]]
            self.assertIn([], needs)
            self.assertTrue([one for one in needs if len(set(one)) < len(one)])

    def test_wholes(self):
        for data in self.inputs():
            found = [self.closure(name) for name in data["whole"]]
            sizes = collections.Counter(size for _, _, size in found)
            self.assertEqual(sizes.pop(1), 1)
            self.assertEqual(sizes.pop(3), 1)
            self.assertEqual(list(sizes), [2])
            self.assertEqual([len(needs) for _, needs, size in found if size == 3], [1])
            back = [p for p, needs, _ in found if needs and p in self.workload.shelf.others(min(needs))]
            self.assertTrue(back)

    def test_pages(self):
        for data in self.inputs():
            self.assertEqual(data["pages"][0], {"number": 0, "after": ""})
            self.assertGreater(len(data["pages"]), 1)

    def test_reports(self):
        shelf = self.workload.shelf
        for data in self.inputs():
            reports = list(map(tuple, data["installed"]))
            self.assertGreater(len(reports), len(set(reports)), "one is given twice")
            self.assertTrue([name for _, name in reports if name not in shelf.names])
            hosts = collections.Counter(dict(shelf.hosts))
            hosts.update(name for _, name in reports if name in hosts)
            most = sorted(hosts.values(), reverse=True)
            self.assertEqual(most[9], most[10])
            self.assertGreater(most[8], most[9])

    def test_as_many_as_asked_for(self):
        for size, parameters in self.sizes.items():
            data = self.workload.make(random.Random(1), parameters, self.ctx)
            for key in "asked", "detailed", "whole", "installed":
                self.assertEqual(len(data[key]), parameters[key], size)


if __name__ == "__main__":
    sys.exit(unittest.main())
