# SPDX-License-Identifier: Apache-2.0
"""How a page of `labctl report` looks and behaves in Chromium; report.py calls these.

looks PAGE [PICTURES]   no error, no network, both themes, a phone, contrast, without JavaScript
led PAGE                links lead to what they name, and open what is closed; by keyboard too
printed PAGE            on paper: what was closed is there, nothing is cut, headings keep company
"""

import subprocess
import tempfile

from browser import Browser


def check(what, wrong=""):
    print(f"{what}\t{wrong}".replace("\n", " "))


def differs(got, want):
    return "" if got == want else f"got {got}, want {want}"


WIDER = """[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right
    > document.documentElement.clientWidth + 1 && !e.closest(".scroll, .contents") && !e.closest("svg"))
    .map((e) => e.tagName + "." + e.className).slice(0, 5).join(" ")"""
EMPTY = """[...document.querySelectorAll(".chart")].filter((e) => !e.querySelector("svg"))
    .map((e) => e.parentElement.dataset.name).join(" ")"""
UNLABELLED = """[...document.querySelectorAll(".chart")].filter((e) => e.getAttribute("role") !== "img"
    || !e.getAttribute("aria-label") || !e.parentElement.querySelector("table")).length"""
ROWS = "document.querySelectorAll('tbody tr').length"

# Words that stand where another record has a mark.
OVERLAID = """[...document.querySelectorAll(".unmeasured text, .wrong text")].filter((words) => {
    const row = words.getBoundingClientRect();
    return [...words.closest("svg").querySelectorAll("[aria-label=dot] *")].some((dot) => {
        const at = dot.getBoundingClientRect();
        return (at.top + at.bottom) / 2 > row.top && (at.top + at.bottom) / 2 < row.bottom;
    });
}).length"""

# Headings that leave a level out.
SKIPPED = """(() => {
    let last = 0;
    return [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter((heading) => {
        const before = last;
        last = Number(heading.tagName[1]);
        return last > before + 1;
    }).map((heading) => heading.textContent).join("; ");
})()"""

# Text, and the colours of marks, that stand out too little from what is behind them (WCAG 2, AA).
FAINT = """(() => {
    const rgb = (css) => css.match(/[\\d.]+/g).map(Number);
    const linear = (c) => c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4;
    const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
    const ground = (e) => {
        const own = e && rgb(getComputedStyle(e).backgroundColor);
        return !e ? [255, 255, 255] : own.length < 4 || own[3] === 1 ? own : ground(e.parentElement);
    };
    const said = (e) => [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
    const found = new Set();
    for (const e of document.querySelectorAll("body *:not(script, style, title, [data-name=stacks] svg *)")) {
        if (!said(e)) continue;
        const style = getComputedStyle(e);
        const size = parseFloat(style.fontSize);
        const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
        const got = ratio(rgb(e.closest("svg") ? style.fill : style.color), ground(e));
        if (got < (large ? 3 : 4.5)) found.add(`${e.tagName} "${e.textContent.trim().slice(0, 20)}" ${got.toFixed(2)}`);
    }
    const probe = document.body.appendChild(document.createElement("i"));
    const colour = (name) => { probe.style.color = `var(--${name})`; return rgb(getComputedStyle(probe).color); };
    for (const name of ["blue", "orange", "green", "red", "purple", "sky", "muted"])
        for (const behind of ["paper", "raised"])
            if (ratio(colour(name), colour(behind)) < 3) found.add(`${name} on ${behind}`);
    for (const name of ["warm-1", "warm-2", "warm-3"])
        if (ratio(colour("warm-ink"), colour(name)) < 4.5) found.add(`warm-ink on ${name}`);
    probe.remove();
    return [...found].join("; ");
})()"""


def looks(page_file, pictures=""):
    with Browser() as browser:
        page = browser.open(page_file)
        check("no script error", "; ".join(page.complaints))
        check("nothing fetched", " ".join(url for url in page.requests if not url.startswith("file:") and not url.startswith("data:")))
        check("every chart is drawn", page.evaluate(EMPTY))
        check("every chart has a name and a table", differs(page.evaluate(UNLABELLED), 0))
        check("no level of headings is left out", page.evaluate(SKIPPED))
        check("no words over a mark", differs(page.evaluate(OVERLAID), 0))
        check("contrast", page.evaluate(FAINT))
        rows = page.evaluate(ROWS)
        if pictures:
            page.screenshot(f"{pictures}/light.png")
        page = browser.open(page_file, dark=True)
        light, dark = "rgb(255, 255, 255)", page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        check("dark is dark", "" if dark != light else dark)
        check("contrast in the dark", page.evaluate(FAINT))
        if pictures:
            page.screenshot(f"{pictures}/dark.png")
        page = browser.open(page_file, width=390, height=844)
        check("a phone needs no sideways scrolling", page.evaluate(WIDER))
        check("no script error on a phone", "; ".join(page.complaints))
        if pictures:
            page.screenshot(f"{pictures}/phone.png")
        page = browser.open(page_file, script=False)
        check("every table is there without JavaScript", differs(page.evaluate(ROWS), rows))


# ---- finding one's way ----

ASTRAY = """[...document.querySelectorAll("a[href^='#']")].filter((link) =>
    !document.getElementById(link.hash.slice(1))).map((link) => link.hash).join(" ")"""
CLOSED = "document.querySelector('.group details:not([open])')"


def led(page_file):
    with Browser() as browser:
        page = browser.open(page_file)
        check("links lead somewhere", page.evaluate(ASTRAY))
        chapters = page.evaluate("document.querySelectorAll('.chapter').length")
        check("a link for each chapter, and to the top", differs(page.evaluate("document.querySelectorAll('.contents a').length"), chapters + 1))
        check("evidence is closed", differs(page.evaluate("document.querySelectorAll('.group details[open]').length"), 0))
        check("a line says what it shows", page.evaluate(f"{CLOSED}.querySelector('summary').textContent ? '' : 'nothing'"))
        page.evaluate("document.querySelector(\".parts a[href*='-group-']\").click()")
        page.settle()
        check("its link opens it", differs(page.evaluate("document.querySelectorAll('.group details[open]').length"), 1))
        check("and its heading is in sight", page.evaluate("""(() => {
            const top = document.querySelector(".group:has([open]) h4").getBoundingClientRect().top;
            const below = document.querySelector(".contents").getBoundingClientRect().bottom;
            return top >= below && top < innerHeight ? "" : `${top}, below ${below}`;
        })()"""))
        page.evaluate("location.hash = document.querySelector('.contents a:last-child').hash")
        page.settle()
        check("the contents stay in sight", differs(page.evaluate("Math.round(document.querySelector('.contents').getBoundingClientRect().top)"), 0))
        check("and mark the chapter", differs(page.evaluate("document.querySelector('.contents [aria-current]')?.hash"), page.evaluate("location.hash")))
        page.evaluate(f"{CLOSED}.firstElementChild.focus()")
        before = page.evaluate("document.querySelectorAll('.group details[open]').length")
        page.press("Enter", "\r")
        check("the Enter key opens", differs(page.evaluate("document.querySelectorAll('.group details[open]').length"), before + 1))
        page.press("Tab")
        check("what has the focus shows it", page.evaluate("getComputedStyle(document.activeElement).outlineStyle === 'none' ? document.activeElement.className : ''"))


# ---- on paper ----

# A4 less its margins, in pixels, for charts as they are drawn for it.
TALL = """(() => {
    dispatchEvent(new Event("beforeprint"));
    const found = [...document.querySelectorAll(".chart svg")].map((svg) => svg.getBoundingClientRect())
        .filter((box) => box.height > 1000 || box.width > 681).map((box) => `${box.width} by ${box.height}`);
    dispatchEvent(new Event("afterprint"));
    return found.join("; ");
})()"""
OPEN = "document.querySelectorAll('details[open]').length"
TITLES = "[...document.querySelectorAll('h2, h3, h4, h5')].map((heading) => heading.textContent)"


def printed(page_file):
    with Browser() as browser, tempfile.TemporaryDirectory() as work:
        page = browser.open(page_file, dark=True)
        before, titles = page.evaluate(OPEN), page.evaluate(TITLES)
        check("every chart fits a sheet", page.evaluate(TALL))
        page.pdf(f"{work}/page.pdf")
        check("no script error", "; ".join(page.complaints))
        check("afterwards it is as it was", differs(page.evaluate(OPEN), before))
        subprocess.run(["pdftotext", "-layout", f"{work}/page.pdf"], check=True)
        text = open(f"{work}/page.txt", encoding="utf-8").read()
        subprocess.run(["pdftoppm", "-r", "20", "-l", "1", "-singlefile", f"{work}/page.pdf", f"{work}/first"], check=True)
        corner = open(f"{work}/first.ppm", "rb").read().split(b"\n", 3)[3][:3]
    check("on white, in a dark room too", differs(corner, b"\xff\xff\xff"))
    check("what is closed on a screen is there", "" if "SHA-256" in text else "no digests")
    check("what a chart shows is not there twice", "figures as a table" if "as a table" in text else "")
    ends = [page.strip().splitlines()[-1].strip().lower() for page in text.split("\f") if page.strip()]
    check("no heading ends a sheet", "; ".join(sorted({t for t in titles if t.lower() in ends})))
