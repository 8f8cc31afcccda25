# SPDX-License-Identifier: Apache-2.0
"""What tests of `labctl report` share; each check prints "WHAT<tab>what is wrong, or nothing".

report.py marks PAGE RECORD...    in Chromium: as many marks as the records have samples, blocks, ...
report.py evidence PAGE EVIDENCE  the same for what instruments saw
report.py sweep RECORD OUT        a sweep over 1 to 8 CPUs made of one record; at 8 nothing lived
report.py swept PAGE SWEEP        its marks
report.py grown PAGE RECORD       those of a record of --scaling
report.py series RECORD OUT       a record of measure: series made of another
report.py warmed PAGE RECORD      its marks
report.py looks PAGE [PICTURES]   what report_looks.py says
report.py led PAGE
report.py printed PAGE
report.py safe PAGE               text of strangers stayed text
report.py hostile RECORD OUT      a record whose every text tries to become markup
"""

import json
import sys

from browser import Browser
from report_looks import check, differs, led, looks, printed

MARKS = """Object.fromEntries([...document.querySelectorAll(".figure")].map((figure) => {
    const marks = {};
    for (const group of figure.querySelectorAll(".chart svg g[aria-label]")) {
        const name = group.getAttribute("class") || group.getAttribute("aria-label");
        marks[name] = (marks[name] || 0)
            + [...group.querySelectorAll("circle, path, rect, line, text")]
                .filter((mark) => mark.closest("g[aria-label]") === group).length;
    }
    return [figure.id, { name: figure.dataset.name, marks }];
}))"""
PAYLOADS = [
    "</script><script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked = 2'>",
    '"><svg onload=window.hacked=3>',
    "'-window.hacked=4-'",
    "{{data}}<!--<script>",
    "\u2028window.hacked = 5\u2029",
    "javascript:window.hacked=6",
]


# ---- what the records say, counted without labctl ----


def entry(sample):
    return sample["variant"], sample["again"]


def counting(record):
    """The samples that count: of each entry of each block the last, block 0 warms up."""
    last = {}
    for sample in record["samples"]:
        if sample["block"] > 0:
            last[sample["block"], entry(sample)] = sample
    return {key: s for key, s in last.items() if s["ending"] == "ok" and s["wall_ns"] > 0}


def want_blocks(record):
    found = counting(record)
    both = {block for block, of in found if of == (0, False)} & {block for block, of in found if of == (0, True)}
    return sum(block in both and of != (0, False) for block, of in found)


def want_samples(record):
    return sum(sample["wall_ns"] > 0 for sample in record["samples"])


def want_latency(record):
    return sum(
        sample["latency"][key] > 0
        for sample in counting(record).values()
        if sample["latency"]["requests"] > 0
        for key in ("p50_ns", "p95_ns", "p99_ns")
    )


def want_cost(record):
    keys = ("wall_ns", "cpu_ns", "service_cpu_ns", "anon_peak_bytes", "file_bytes", "memory_peak_bytes", "io_calls")
    rates = sum(figure.get("io_bytes", 0) > 0 and figure["wall_ns"] > 0 for figure in record["figures"])
    return rates + sum(figure.get(key, 0) > 0 for figure in record["figures"] for key in keys)


def want_builds(record):
    keys = ("build_ns", "sanitize_ns", "trial_ns")
    built = [v["build"] for v in record["variants"] if v.get("build", {}).get("digest")]
    return sum(build[key] > 0 for build in built for key in keys)


def want_hits(record):
    asked = {"redis": ("keyspace_hits", "keyspace_misses"), "memcached": ("get_hits", "get_misses")}
    return len({
        sample["variant"]
        for sample in record["samples"]
        for service in sample["services"]
        if sum(service.get("counters", {}).get(key, 0) for key in asked.get(service["name"], ())) > 0
    })


def want_overview(record):
    shown = ("faster", "slower", "no difference shown", "not precise enough")
    return sum(
        figure["verdict"] in shown and (figure["ratio"]["estimate"] or 0) > 0
        for figure in record["figures"]
        if not figure["again"] and (figure["variant"] > 0 or len(record["variants"]) == 1)
    )


WANT = {
    "blocks": want_blocks,
    "samples": want_samples,
    "latency": want_latency,
    "figures": want_cost,
    "builds": want_builds,
    "hits": want_hits,
}


def dots(figures, name):
    return [figure["marks"].get("dot", 0) for figure in figures if figure["name"] == name]


def marks(page_file, *record_files):
    records = [json.load(open(file)) for file in record_files]
    with Browser() as browser:
        figures = list(browser.open(page_file).evaluate(MARKS).values())
    overview = [sum(want_overview(record) for record in records)]
    check(f"overview: {overview} marks", differs(dots(figures, "overview"), overview))
    for name, want_of in WANT.items():
        want = [count for record in records if (count := want_of(record))]
        check(f"{name}: {want} marks", differs(dots(figures, name), want))
    names = [record["exercise"] for record in records]
    again = sum(want_overview(record) for record in records if names.count(record["exercise"]) > 1)
    check(f"agreement: {again} marks", differs(dots(figures, "agreement"), [again] if again else []))
    intervals = [figure["marks"].get("interval", 0) for figure in figures if figure["name"] == "overview"]
    known = [sum((f["ratio"]["low"] or 0) > 0 and not f["again"] and f["variant"] > 0
                 and f["verdict"] not in ("wrong", "failed") for r in records for f in r["figures"])]
    check(f"overview: {known} intervals", differs(intervals, known))
    medians = [figure["marks"].get("tick", 0) for figure in figures if figure["name"] == "samples"]
    want = [len({of for _, of in counting(record)}) for record in records]
    check(f"samples: {want} medians", differs(medians, want))


def evidence(page_file, evidence_file):
    sections = [s for r in json.load(open(evidence_file))["reports"] for s in r["sections"]]
    plans = [len(s["nodes"]) for s in sections if s.get("nodes")]
    growth = [len(s["sizes"]) for s in sections if s["kind"] == "growth"]
    ranked = [want_ranking(s) for s in sections if s.get("chart") == "ranking"]
    flames = [len(boxes(s["stacks"])) for s in sections if s["kind"] == "stacks"]
    with Browser() as browser:
        page = browser.open(page_file)
        figures = list(page.evaluate(MARKS).values())
        check("no script error", "; ".join(page.complaints))
        scans = page.evaluate("document.body.textContent.split('sequential scan').length > 3")
    check(f"plans: {plans} nodes", differs(dots(figures, "plan"), plans))
    check(f"growth: {growth} points", differs(dots(figures, "growth"), growth))
    shown = [n for figure in figures if figure["name"] == "evidence" and (n := figure["marks"].get("dot", 0))]
    check(f"rankings: {ranked} marks", differs(shown, ranked))
    shown = [figure["marks"].get("box", 0) for figure in figures if figure["name"] == "stacks"]
    check(f"flame graphs: {flames} boxes", differs(shown, flames))
    check("sequential scans are marked", differs(scans, True))


def want_ranking(section):
    """The first column of words by the first two of numbers."""
    rows = section["rows"]
    words = [k for k in range(len(section["columns"])) if any(isinstance(row[k], str) and row[k] for row in rows)]
    numbers = [k for k in range(len(section["columns"])) if k not in words][:2]
    return sum(isinstance(row[k], (int, float)) and row[k] > 0 for row in rows[:30] for k in numbers)


def boxes(stacks):
    """Every beginning of a stack that is wide enough to be seen."""
    whole, widths = sum(ns for _, ns in stacks), {}
    for stack, ns in stacks:
        names = stack.split(";")
        for depth in range(1, len(names) + 1):
            key = tuple(names[:depth])
            widths[key] = widths.get(key, 0) + ns
    return [key for key, ns in widths.items() if ns / whole * 1080 >= 1]


def sweep(record_file, out):
    text = open(record_file).read()
    points = []
    for position, cpus in enumerate((1, 2, 4)):
        record = json.loads(text)
        record["limits"]["cpu"] = cpus
        for sample in record["samples"]:
            if sample["variant"]:
                sample["wall_ns"] = round(sample["wall_ns"] * (0.2 + 0.8 / cpus))
        points.append({"values": [str(cpus)], "position": position, "runs": [record]})
    points.append({"values": ["8"], "position": 3, "failed": "more CPUs than <b>there are</b>"})
    axes = [{"name": "cpu", "values": ["1", "2", "4", "8"]}]
    document = {"sweep": 1, "exercise": "count", "size": "small", "axes": axes, "points": points}
    json.dump(document, open(out, "w"))


def swept(page_file, sweep_file):
    points = json.load(open(sweep_file))["points"]
    variants = [len(point["runs"][0]["variants"]) for point in points if "runs" in point]
    with Browser() as browser:
        page = browser.open(page_file)
        figures = list(page.evaluate(MARKS).values())
        check("no script error", "; ".join(page.complaints))
        check("the failed point is told", differs(page.evaluate("document.body.textContent.includes('<b>there are</b>')"), True))
    want = [2 * sum(variants) - len(variants)]
    check(f"sweep: {want} marks, ratios beside the baseline's and times", differs(dots(figures, "sweep"), want))
    want = [2 * sum(variants)]
    check(f"scaling: {want} marks, speedup and efficiency", differs(dots(figures, "scaling"), want))
    curves = [figure["marks"].get("amdahl", 0) for figure in figures if figure["name"] == "scaling"]
    check("a curve for each fitted variant", differs(curves, [max(variants) - 1]))
    failed = [figure["marks"].get("failed", 0) for figure in figures if figure["name"] == "sweep"]
    check("crosses where it failed, in both", differs(failed, [2]))


def shorten(record_file, out):
    """A record without intervals, made of one: its first two blocks."""
    with open(record_file, encoding="utf-8") as file:
        record = json.load(file)
    record["samples"] = [sample for sample in record["samples"] if sample["block"] < 2]
    with open(out, "w", encoding="utf-8") as file:
        json.dump(record, file)


def series(record_file, out):
    """A record of measure: series: calls that get faster twice, for the variants that compile."""
    record = json.load(open(record_file))
    record["measure"] = "series"
    for sample in record["samples"]:
        one, warm = sample["wall_ns"], sample["variant"] > 0
        levels = [one * (1 if not warm or i > 30 else 9 if i < 10 else 4) for i in range(60)]
        calls = [round(level * (1 + 0.01 * (i * 7 % 5))) for i, level in enumerate(levels)]
        sample["series"] = {"calls_ns": calls, "engine": "</script>engine", "compilations": 12 * warm}
        sample["wall_ns"] = sum(calls)
    json.dump(record, open(out, "w"))


def warmed(page_file, record_file):
    record = json.load(open(record_file))
    examples = {of for _, of in counting(record) if not of[1]}
    with Browser() as browser:
        page = browser.open(page_file)
        figures = list(page.evaluate(MARKS).values())
        check("no script error", "; ".join(page.complaints))
    want = [60 * len(examples)]
    check(f"warm-up: {want} calls", differs(dots(figures, "warmup"), want))
    levels = [figure["marks"].get("level", 0) for figure in figures if figure["name"] == "warmup"]
    check("a line of levels for each variant", differs(levels, [len(examples)]))
    check("cold and steady of each", differs(dots(figures, "warm"), [2 * len(examples)]))


def grown(page_file, record_file):
    growths = json.load(open(record_file))["growths"]
    want = [sum(len(times) for growth in growths for times in growth["times_ns"])]
    fitted = sum(growth["exponent"] is not None for growth in growths)
    with Browser() as browser:
        page = browser.open(page_file)
        figures = list(page.evaluate(MARKS).values())
        check("no script error", "; ".join(page.complaints))
    check(f"growth: {want} calls", differs(dots(figures, "growth"), want))
    curves = [figure["marks"].get("fit", 0) for figure in figures if figure["name"] == "growth"]
    check(f"{fitted} fits", differs(curves, [fitted]))


# ---- text of strangers ----


def safe(page_file):
    with Browser() as browser:
        page = browser.open(page_file)
        check("no payload ran", differs(page.evaluate("String(window.hacked)"), "undefined"))
        check("no payload was stopped by the policy alone", "; ".join(page.complaints))
        check("no element of a payload", differs(page.evaluate("document.querySelectorAll('img, body script:not([id])').length"), 2))
        check("nothing fetched", " ".join(url for url in page.requests if not url.startswith("file:")))
        shown = page.evaluate("document.body.textContent")
        check("they are shown as text", "" if all(p.strip("\u2028\u2029") in shown for p in PAYLOADS[:4]) else "missing")


def hostile(record_file, out):
    record = json.load(open(record_file))
    everything = " ".join(PAYLOADS)
    record["exercise"] = record["size"] = record["started"] = everything
    record["warnings"] = [everything]
    record["host"]["cpu_model"] = record["host"]["notes"] = [everything]
    record["host"]["cpu_model"] = everything
    record["proven"].append({"limit": everything, "asked": everything, "by": everything, "enforced": False, "note": everything})
    for number, variant in enumerate(record["variants"]):
        for key in ("name", "file", "technique", "summary"):
            variant[key] = f"{everything} {number}"
    for sample in record["samples"]:
        sample["taints"] = [everything]
    record["samples"][-1].update(ending="error", words=everything)
    json.dump(record, open(out, "w"))


if __name__ == "__main__":
    {"marks": marks, "evidence": evidence, "sweep": sweep, "swept": swept, "grown": grown, "series": series, "shorten": shorten, "warmed": warmed, "looks": looks, "led": led, "printed": printed, "safe": safe, "hostile": hostile}[sys.argv[1]](*sys.argv[2:])
