# SPDX-License-Identifier: Apache-2.0
"""A page in a real browser: Chromium without a window, spoken to through a pipe.

Its protocol is JSON ended by NUL, on descriptors 3 and 4. Everything waits for an event of the
browser's with a deadline; nothing sleeps.

    with Browser() as browser:
        page = browser.open("report.html", width=390, dark=True)
        page.evaluate("document.title")
        page.screenshot("dark.png")
        page.complaints    errors of scripts, and whatever the page's policy refused
        page.requests      what it fetched

As a program: browser.py PAGE PICTURE [WIDTH] [dark|light] takes a picture of the whole page.
"""

import base64
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SECONDS = 60 * float(os.environ.get("LABCTL_TEST_SLOW", "1"))
FLAGS = [
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",  # as root it has none, and the page under test is ours
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
]

# report.js says on the root element when it has drawn everything.
DRAWN = f"""new Promise((done) => {{
    const root = document.documentElement;
    const look = () => root.dataset.drawn === "yes" && (done(true), true);
    look() || new MutationObserver((_, watch) => look() && watch.disconnect())
        .observe(root, {{ attributes: true }});
    setTimeout(done, {900 * SECONDS}, false);
}})"""


class Browser:
    def __init__(self):
        program = shutil.which("chromium") or shutil.which("chromium-browser")
        if not program:
            raise FileNotFoundError("chromium is not installed: .ci/packages report")
        self.home = tempfile.mkdtemp(prefix="labctl-browser.")
        to_it, self.out = os.pipe()
        self.inn, from_it = os.pipe()
        self.process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={self.home}", "about:blank"],
            preexec_fn=lambda: (os.setsid(), _place(to_it, from_it)),
            close_fds=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": self.home, "DBUS_SESSION_BUS_ADDRESS": "disabled:"},
        )
        os.close(to_it)
        os.close(from_it)
        self.buffer, self.number, self.events = b"", 0, []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        os.close(self.out)
        os.close(self.inn)
        shutil.rmtree(self.home, ignore_errors=True)

    def read(self, deadline):
        """The next message."""
        while b"\0" not in self.buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.inn], [], [], left)[0]:
                raise TimeoutError("the browser does not answer")
            piece = os.read(self.inn, 1 << 20)
            if not piece:
                raise EOFError("the browser ended")
            self.buffer += piece
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, session=None, **params):
        self.number += 1
        number = self.number
        message = {"id": number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        text = json.dumps(message).encode() + b"\0"
        while text:
            text = text[os.write(self.out, text) :]
        deadline = time.monotonic() + SECONDS
        while True:
            answer = self.read(deadline)
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def open(self, file, width=1200, height=900, dark=False, media="", script=True):
        return Page(self, os.path.abspath(file), width, height, dark, media, script)


def _place(to_it, from_it):
    """Puts the two ends on descriptors 3 and 4, whatever they were before."""
    first, second = os.dup(to_it), os.dup(from_it)
    while first in (3, 4) or second in (3, 4):
        first, second = os.dup(first), os.dup(second)
    os.dup2(first, 3)
    os.dup2(second, 4)
    os.closerange(5, 64)


class Page:
    def __init__(self, browser, file, width, height, dark, media, script):
        self.browser, self.complaints, self.requests, self.seen = browser, [], [], set()
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setScriptExecutionDisabled", value=not script)
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        theme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", media=media, features=[theme])
        browser.events.clear()
        self.call("Page.navigate", url=f"file://{file}")
        self.wait(lambda: "Page.loadEventFired" in self.seen)
        if script:
            if not self.evaluate(DRAWN):
                raise TimeoutError(f"{file}: not all charts were drawn in time")
        self.note_events()

    def call(self, method, **params):
        return self.browser.call(method, self.session, **params)

    def note_events(self):
        for event in self.browser.events:
            self.note(event)
        self.browser.events.clear()

    def note(self, event):
        method, params = event.get("method"), event.get("params", {})
        self.seen.add(method)
        if method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            thrown = details.get("exception", {}).get("description", "")
            self.complaints.append(f"{details['text']} {thrown}")
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning"):
            self.complaints.append(str([a.get("value") for a in params["args"]]))
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.complaints.append(params["entry"]["text"])
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])

    def wait(self, condition):
        deadline = time.monotonic() + SECONDS
        while not condition():
            if not self.browser.events:
                self.browser.events.append(self.browser.read(deadline))
            self.note_events()

    def evaluate(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']['exception']['description']}")
        return answer["result"].get("value")

    def first_paint_ms(self):
        """First contentful paint, since navigation began."""
        return self.evaluate(
            "performance.getEntriesByName('first-contentful-paint').map((p) => p.startTime)[0]"
        )

    def settle(self):
        """After two frames whatever a change of the page's brings about has been."""
        self.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))")

    def press(self, key, text=""):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, text=text if kind == "keyDown" else "",
                      windowsVirtualKeyCode={"Enter": 13, "Tab": 9}[key])

    def pdf(self, file):
        """On A4, as a printer gets it: without backgrounds."""
        sheet = {"paperWidth": 8.27, "paperHeight": 11.69, "preferCSSPageSize": True}
        with open(file, "wb") as out:
            out.write(base64.b64decode(self.call("Page.printToPDF", **sheet)["data"]))
        self.note_events()

    def screenshot(self, file, whole=True, top=0, height=0):
        options = {"format": "png", "captureBeyondViewport": True}
        if not whole:
            width = self.evaluate("document.documentElement.clientWidth")
            options["clip"] = {"x": 0, "y": top, "width": width, "height": height, "scale": 1}
        with open(file, "wb") as out:
            out.write(base64.b64decode(self.call("Page.captureScreenshot", **options)["data"]))


if __name__ == "__main__":
    page_file, picture, *rest = sys.argv[1:]
    with Browser() as chromium:
        view = chromium.open(page_file, int(rest[0]) if rest else 1200, dark="dark" in rest)
        if len(rest) > 2:
            view.screenshot(picture, False, int(rest[-2]), int(rest[-1]))
        else:
            view.screenshot(picture)
        print("\n".join(view.complaints + [f"first paint {view.first_paint_ms()} ms"]))
        print(view.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"))
