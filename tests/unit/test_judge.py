#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whatever an exercise's own files do, the judge answers with a frame that says so."""

import json
import os
import shutil
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../fixtures"))

from guest import Guest, Refused

ALGORITHM = os.path.join(HERE, "../../exercises/algorithm")
SMALL = {"lines": 20, "asked": 4, "shelf": 6, "length": 5, "routes": 2}


class JudgeTest(unittest.TestCase):
    def judge(self, **environment):
        guest = Guest("judge.py", ALGORITHM, environment=environment)
        self.addCleanup(guest.__exit__)
        guest.receive()
        return guest

    def test_a_seed_makes_one_input_whatever_the_hash_seed(self):
        inputs = {
            self.judge(PYTHONHASHSEED=str(n)).make(5, size="small", parameters=SMALL)
            for n in range(3)
        }
        self.assertEqual(len(inputs), 1)

    def test_seeds_make_different_inputs(self):
        judge = self.judge()
        self.assertEqual(len({judge.make(n, parameters=SMALL) for n in range(8)}), 8)

    def test_a_tolerance_is_for_numbers_with_a_fraction(self):
        sys.path.insert(0, os.path.join(HERE, "../../exercises/harness"))
        from compare import difference

        self.assertEqual(difference([1.0, 2], [1.0 + 1e-10, 2], tolerance=1e-9), "")
        self.assertNotEqual(difference([1.0], [1.0 + 1e-8], tolerance=1e-9), "")
        self.assertNotEqual(difference([1.0], [1.0 + 1e-10]), "")
        self.assertNotEqual(difference([1], [2], tolerance=5), "")
        self.assertNotEqual(difference([1.0], [float("nan")], tolerance=5), "")
        self.assertNotEqual(difference([1.0], ["1.0"], tolerance=5), "")
        self.assertNotEqual(difference([1.0], [True], tolerance=5), "")

    def test_what_the_oracle_returns_is_compared_as_json_has_it(self):
        sys.path.insert(0, os.path.join(HERE, "../../exercises/harness"))
        from compare import difference

        self.assertEqual(difference([(1, "a"), (2, "b")], [[1, "a"], [2, "b"]]), "")
        self.assertEqual(difference({1: "a", None: "b"}, {"1": "a", "null": "b"}), "")
        self.assertNotEqual(difference([(1, "a")], [[1, "b"]]), "")
        self.assertNotEqual(difference({1: "a"}, {"1": "b"}), "")

    def test_right_and_wrong_outputs(self):
        judge = self.judge()
        payload = judge.make(1, parameters=SMALL)
        file = os.path.join(ALGORITHM, "variants/table.py")
        with Guest("worker.py", ALGORITHM, file) as worker:
            worker.receive()
            output = worker.ask(b"G", payload)
        self.assertEqual(judge.check(payload, output), {"ok": True, "reason": ""})
        broken = json.loads(output)
        broken["steps"][0] += 1
        answer = judge.check(payload, json.dumps(broken).encode())
        self.assertFalse(answer["ok"])
        self.assertIn("result['steps'][0]: expected", answer["reason"])

    def test_outputs_that_are_no_answer(self):
        judge = self.judge()
        payload = judge.make(1, parameters=SMALL)
        for output in (b"", b"{", b"\xff\xfe", b"[" * 100000, b"null", b"true", b"9" * 10000):
            self.assertFalse(judge.check(payload, output)["ok"], output[:20])

    def test_a_broken_exercise_is_the_exercises_fault(self):
        judge = self.judge()
        with self.assertRaises(Refused) as caught:
            judge.make(1, parameters={})
        self.assertEqual(caught.exception.error["file"], "workload.py")


class BrokenExerciseTest(unittest.TestCase):
    """What a teacher reads: the file as it is called in the exercise's folder, and the line."""

    FILES = {
        "workload.py": "def make(rng, parameters, ctx):\n    return 1\n",
        "check.py": "import baseline\n\n\ndef expected(ctx, data):\n    return baseline.run(ctx, data)"
        "\n\n\ndef check(data, want, got):\n    return '' if want == got else 'other'\n",
        "variants/baseline.py": "def run(ctx, data):\n    return data + 1\n",
    }

    def judge(self, **files):
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        os.mkdir(os.path.join(folder, "variants"))
        for name, text in {**self.FILES, **files.pop("files", {})}.items():
            with open(os.path.join(folder, name), "w") as out:
                out.write(text)
        guest = Guest("judge.py", folder)
        self.addCleanup(guest.__exit__)
        return guest

    def error(self, name, text):
        judge = self.judge(files={name: text})
        with self.assertRaises(Refused) as caught:
            judge.receive()
            judge.make(1)
        return caught.exception.error

    def test_a_syntax_error_names_its_own_line(self):
        for name in self.FILES:
            error = self.error(name, "x = 1\ny = (\n")
            self.assertEqual((error["file"], error["line"]), (name, 2))
            self.assertEqual((error["type"], error["message"]), ("SyntaxError", "'(' was never closed"))

    def test_the_innermost_line_of_the_exercise(self):
        error = self.error("variants/baseline.py", "import json\ndef run(ctx, data):\n    json.loads('[')\n")
        self.assertEqual((error["file"], error["line"]), ("variants/baseline.py", 3))

    def test_a_function_that_is_missing(self):
        error = self.error("workload.py", "def generate(): pass\n")
        self.assertEqual((error["file"], error["message"]), ("workload.py", "it defines no function make()"))
        error = self.error("check.py", "def check(data, want, got): pass\n")
        self.assertIn("no function expected()", error["message"])

    def test_a_checker_that_gives_no_words(self):
        text = self.FILES["check.py"].replace("'' if want == got else 'other'", "want == got")
        judge = self.judge(files={"check.py": text})
        judge.receive()
        payload = judge.make(1)
        for output in (b"2", b"3"):
            answer = judge.check(payload, output)
            self.assertFalse(answer["ok"])
            self.assertIn("check() must return a text", answer["reason"])


if __name__ == "__main__":
    unittest.main()
