# SPDX-License-Identifier: Apache-2.0
"""Runs one file of unittest cases and prints TAP: python3 tests/tap.py FILE."""

import importlib.util
import sys
import unittest


class Tap(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.count = 0

    def line(self, verdict, test, note="", detail=""):
        self.count += 1
        print(f"{verdict} {self.count} - {test.id()}{note}")
        for text in detail.splitlines():
            print("#", text)
        sys.stdout.flush()

    def addSuccess(self, test):
        self.line("ok", test)

    def addFailure(self, test, err):
        self.line("not ok", test, detail=self._exc_info_to_string(err, test))

    addError = addFailure

    def addSubTest(self, test, subtest, err):
        if err:
            self.line("not ok", subtest, detail=self._exc_info_to_string(err, test))

    def addSkip(self, test, reason):
        self.line("ok", test, note=f" # SKIP {reason}")


def main():
    spec = importlib.util.spec_from_file_location("tests_of_file", sys.argv[1])
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    result = Tap()
    unittest.defaultTestLoader.loadTestsFromModule(module).run(result)
    print(f"1..{result.count}")


main()
