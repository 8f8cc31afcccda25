#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whatever a student's file does, the harness answers with a frame that says so."""

import http.client
import json
import os
import socket
import sys
import tempfile
import textwrap
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../fixtures"))

from guest import Guest, Refused


class GuestTest(unittest.TestCase):
    """Runs a student's file, which is given as text."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def guest(self, source, *program):
        file = os.path.join(self.folder.name, "mine.py")
        with open(file, "w", encoding="utf-8") as text:
            text.write(textwrap.dedent(source))
        guest = Guest(*program, self.folder.name, file, quiet=True)
        self.addCleanup(guest.__exit__)
        return guest

    def worker(self, source):
        return self.guest(source, "worker.py")


class WorkerTest(GuestTest):
    def answer(self, source, data=None):
        guest = self.worker(source)
        guest.receive()
        return json.loads(guest.ask(b"G", json.dumps(data).encode()))

    def test_cpus_are_whole_where_the_limit_is(self):
        """multiprocessing.Pool(ctx.cpus) is what everybody writes first."""
        self.assertTrue(self.answer("def run(ctx, data): return len(range(ctx.cpus)) > 0"))

    def error(self, source):
        with self.assertRaises(Refused) as caught:
            self.answer(source)
        error = caught.exception.error
        self.assertEqual(error["file"], "mine.py")
        self.assertNotIn("worker.py", error["traceback"])
        return error

    def test_a_result_is_canonical_json(self):
        guest = self.worker("def run(ctx, data): return {'b': data, 'a': 1.5}")
        ready = json.loads(guest.receive())
        self.assertGreaterEqual(ready["setup_ns"], 0)
        self.assertEqual(guest.ask(b"G", b'"\xc3\xa9"'), b'{"a":1.5,"b":"\\u00e9"}')

    def test_several_inputs_in_one_process(self):
        guest = self.worker("def run(ctx, data): return data + 1")
        guest.receive()
        self.assertEqual([guest.ask(b"G", b"%d" % n) for n in range(3)], [b"1", b"2", b"3"])

    def test_notes_of_setup_reach_ready(self):
        guest = self.worker(
            """
            def setup(ctx): ctx.note("index", "btree")
            def run(ctx, data): pass
            """
        )
        self.assertEqual(json.loads(guest.receive())["notes"], {"index": "btree"})

    def test_an_exception_names_the_line(self):
        error = self.error(
            """
            def helper(x):
                return x["missing"]
            def run(ctx, data):
                return helper({})
            """
        )
        self.assertEqual((error["type"], error["line"]), ("KeyError", 3))

    def test_an_exception_in_a_library_names_the_line_that_called_it(self):
        error = self.error("import json\ndef run(ctx, data):\n    return json.loads('[')\n")
        self.assertEqual((error["type"], error["line"]), ("JSONDecodeError", 3))

    def test_a_syntax_error(self):
        error = self.error("def run(ctx, data):\n    return (\n")
        self.assertEqual((error["type"], error["line"]), ("SyntaxError", 2))

    def test_an_import_that_fails(self):
        error = self.error("import os\nimport numpy_of_my_own\ndef run(ctx, data): pass\n")
        self.assertEqual((error["type"], error["line"]), ("ModuleNotFoundError", 2))

    def test_the_harness_cannot_be_imported_by_accident(self):
        self.assertEqual(self.error("import judge\ndef run(c, d): pass\n")["line"], 1)

    def test_no_run(self):
        self.assertIn("no function run()", self.error("def main(): pass\n")["message"])

    def test_sys_exit(self):
        error = self.error("import sys\ndef run(ctx, data):\n    sys.exit(3)\n")
        self.assertEqual((error["type"], error["line"]), ("SystemExit", 3))
        self.assertIn("sys.exit(3)", error["message"])

    def test_endless_recursion(self):
        error = self.error("def run(ctx, data):\n    return run(ctx, data)\n")
        self.assertEqual((error["type"], error["line"]), ("RecursionError", 2))
        self.assertLess(len(error["traceback"]), 2000)

    def test_an_exception_that_cannot_be_printed(self):
        error = self.error(
            """
            class Evil(Exception):
                def __str__(self): raise ValueError("no")
            def run(ctx, data):
                raise Evil()
            """
        )
        self.assertEqual((error["type"], error["line"]), ("Evil", 5))

    def test_a_message_without_end_is_cut(self):
        error = self.error("def run(ctx, data):\n    raise ValueError('x' * 10**8)\n")
        self.assertLess(len(error["message"]), 2100)

    def test_results_that_are_not_json(self):
        for result, words in (
            ("{'names': [{1}]}", "result['names'][0] is a set"),
            ("{1: 2, 'a': 3}", "result has the key 1, a int"),
            ("[float('nan')]", "result[0] is nan"),
            ("b'x'", "result is a bytes"),
            ("object()", "result is a object"),
        ):
            error = self.error(f"x = 1\ndef run(ctx, data):\n    return {result}\n")
            self.assertIn(words, error["message"])
            self.assertEqual((error["type"], error["line"]), ("Unserialisable", 2))

    def test_a_result_that_holds_itself(self):
        error = self.error("def run(ctx, data):\n    a = []\n    a.append(a)\n    return a\n")
        self.assertIn("nested without end", error["message"])

    def test_a_result_beyond_all_measure(self):
        error = self.error("def run(ctx, data):\n    return 'x' * (70 << 20)\n")
        self.assertIn("labctl takes at most", error["message"])

    def test_what_is_printed_does_not_disturb(self):
        source = """
            import sys
            print("hello")
            def run(ctx, data):
                print("x" * 100000); sys.stderr.write("y" * 1000); sys.stdout.close()
                return 7
            """
        self.assertEqual(self.answer(source), 7)

    def test_closing_descriptor_3_does_not_disturb(self):
        source = """
            import os
            def run(ctx, data):
                try: os.close(3)
                except OSError: pass
                return 7
            """
        self.assertEqual(self.answer(source), 7)

    def test_closing_everything_ends_with_words(self):
        guest = self.worker(
            """
            import os
            def run(ctx, data):
                os.closerange(3, 1000)
                return 7
            """
        )
        guest.receive()
        with self.assertRaises(EOFError):
            guest.ask(b"G", b"1")
        self.assertEqual(guest.process.wait(), 1)
        self.assertIn(b"cannot write to labctl", guest.process.stderr.read())

    def test_a_thread_left_behind_does_not_hold_up(self):
        guest = self.worker(
            """
            import threading, time
            def run(ctx, data):
                threading.Thread(target=time.sleep, args=(600,)).start()
                return 7
            """
        )
        guest.receive()
        self.assertEqual(guest.ask(b"G", b"1"), b"7")
        guest.send(b"Q", b"")
        self.assertEqual(guest.process.wait(timeout=30), 0)

    def test_a_service_the_exercise_lacks(self):
        error = self.error("def run(ctx, data):\n    return ctx.redis()\n")
        self.assertIn("no service 'redis'", error["message"])
        self.assertEqual(error["line"], 2)


class WebTest(GuestTest):
    APPLICATION = """
        def handle(ctx, request):
            if request.path == "/none":
                return None
            if request.path == "/broken":
                return {}["key"]
            return f"{request.method} {request.path} {request.body}"
        """

    def port(self, source=APPLICATION):
        return json.loads(self.worker(source).receive())["port"]

    def get(self, port, path):
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.addCleanup(client.close)
        client.request("GET", path)
        answer = client.getresponse()
        return answer.status, answer.read().decode()

    def talk(self, *pieces):
        """What comes back for these bytes, until the server closes or all is answered."""
        with socket.create_connection(("127.0.0.1", self.port()), timeout=30) as client:
            try:
                for piece in pieces:
                    client.sendall(piece)
                client.shutdown(socket.SHUT_WR)
                return b"".join(iter(lambda: client.recv(65536), b""))
            except ConnectionError:  # it closed before it had read everything
                return b""

    def test_pages(self):
        port = self.port()
        self.assertEqual(self.get(port, "/a"), (200, "GET /a "))
        self.assertEqual(self.get(port, "/none")[0], 404)

    def test_an_exception_is_a_status_that_names_the_line(self):
        status, body = self.get(self.port(), "/broken")
        self.assertEqual(status, 500)
        self.assertIn("mine.py:6: KeyError", body)

    def test_a_request_in_pieces_and_several_in_one(self):
        post = b"POST /w HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"
        pieces = [bytes([byte]) for byte in post]
        self.assertIn(b"POST /w abc", self.talk(*pieces))
        self.assertEqual(self.talk(post * 3).count(b"POST /w abc"), 3)

    def test_what_is_no_request_closes_the_connection(self):
        for garbage in (b"\r\n\r\n", b"x" * 20000, b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n"):
            self.assertEqual(self.talk(garbage), b"")

    def test_more_connections_than_threads(self):
        port = self.port()
        clients = [http.client.HTTPConnection("127.0.0.1", port, timeout=30) for _ in range(50)]
        for _ in range(2):
            for client in clients:
                client.request("GET", "/many")
            for client in clients:
                self.assertEqual(client.getresponse().read(), b"GET /many ")
        for client in clients:
            client.close()


class ExplainTest(GuestTest):
    SOURCE = """
        kept = []
        def hot(n): return sum(i * i for i in range(n))
        def cold(): kept.append("x" * 1000000)
        def run(ctx, data):
            cold()
            return hot(300000)
        """

    def report(self, instrument, source=SOURCE):
        guest = self.guest(source, "explain.py", instrument)
        guest.receive()
        report = json.loads(guest.ask(b"G", b"{}"))
        self.assertEqual(report["instrument"], instrument)
        return {section["title"]: section for section in report["sections"]}

    def test_profile_finds_the_function_and_the_line(self):
        sections = self.report("profile")
        self.assertTrue(
            any(
                row[0].startswith("hot") and row[3] > 80
                for row in sections["functions of the program"]["rows"]
            )
        )
        self.assertEqual(sections["lines"]["rows"][0][0], "mine.py:3")

    def test_profile_has_stacks_from_the_variant_on(self):
        stacks = dict(self.report("profile")["flame graph"]["stacks"])
        self.assertTrue(any(s.startswith("run (mine.py);hot (mine.py)") for s in stacks), stacks)
        self.assertTrue(all(s.startswith("run (mine.py)") for s in stacks), stacks)
        self.assertFalse(any("profile.py" in s for s in stacks), stacks)

    def test_memory_finds_the_line(self):
        rows = self.report("memory")["near the peak, by line"]["rows"]
        self.assertEqual(rows[0][0], "mine.py:4")

    def test_growth_runs_every_value(self):
        with open(os.path.join(self.folder.name, "workload.py"), "w", encoding="utf-8") as text:
            text.write(
                "GROWTH = {'parameter': 'n', 'values': [1, 2, 3, 4], 'fixed': {}}\n"
                "def make(rng, parameters, ctx): return parameters['n']\n"
            )
        source = "def run(ctx, n):\n    assert n < 4 or [][n]\n    return sum(range(n * 10000))\n"
        guest = self.guest(source, "explain.py", "growth")
        guest.receive()
        with self.assertRaises(Refused):
            guest.ask(b"G", b"{}")
        rows = self.report("growth", source.replace("[][n]", "True"))
        self.assertEqual([row[0] for row in rows["CPU time and memory by n"]["rows"]], [1, 2, 3, 4])

    def test_an_exception_under_an_instrument(self):
        guest = self.guest("def run(ctx, data):\n    1 / 0\n", "explain.py", "profile")
        guest.receive()
        with self.assertRaises(Refused) as caught:
            guest.ask(b"G", b"{}")
        self.assertEqual(caught.exception.error["line"], 2)

    def test_no_such_instrument(self):
        with self.assertRaises(Refused) as caught:
            self.guest(self.SOURCE, "explain.py", "tuba").receive()
        self.assertIn(", growth, memory", caught.exception.error["message"])


if __name__ == "__main__":
    unittest.main()
