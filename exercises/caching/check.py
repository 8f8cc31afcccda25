# SPDX-License-Identifier: Apache-2.0
"""The oracle of the caching exercise: the baseline's pages on the pristine tables, and arithmetic.

Each answer says which writes it may have seen, at least and at most (labctl sends them
one after another). A page must count the hosts as one of those moments had them: an
answer that shows less than what was finished before it was asked for is stale, and wrong.
"""

import json
import types

import baseline

from compare import difference, short


def expected(ctx, data):
    """What is right before any write, by path and by package; and the packages written of."""
    baseline.setup(ctx)
    pages, names, writes = {}, {}, []
    try:
        for method, path, *body in data["requests"]:
            if method == "POST":
                writes.append(body[0].split(" ")[1])
            elif path.startswith(("/package/", "/shelf/")):
                names.update(dict.fromkeys(path.split("/")[2].split(",")))
            elif path not in pages:
                request = types.SimpleNamespace(method=method, path=path, body="")
                pages[path] = json.loads(baseline.handle(ctx, request))
        entries = {name: baseline.entry(name) for name in names}
    finally:
        baseline.connection().close()  # the server is started anew before the next input
        del baseline.local.db
    return {"pages": pages, "entries": entries, "writes": writes}


def check(data, want, got):
    answers = got.get("answers") if isinstance(got, dict) else None
    if not isinstance(answers, list) or not answers:
        return "no answer was kept"
    for answer in answers:
        reason = check_answer(data, want, answer)
        if reason:
            return reason
    return ""


def check_answer(data, want, answer):
    method, path, *_ = data["requests"][answer["request"]]
    where = f"{method} {path} (request {answer['request']})"
    if answer["status"] != 200:
        return f"{where}: status {answer['status']}: {short(answer['body'])}"
    try:
        page = json.loads(answer["body"])
    except (TypeError, ValueError, RecursionError):
        return f"{where}: the body is not JSON: {short(answer['body'])}"
    if method == "POST":
        return difference({"stored": True}, page, where)
    if path in want["pages"]:
        return difference(want["pages"][path], page, where)
    names = path.split("/")[2].split(",")
    entries = page if path.startswith("/shelf/") else [page]
    if not isinstance(entries, list) or len(entries) != len(names):
        return f"{where}: expected {len(names)} entries, got {short(page)}"
    for name, entry in zip(names, entries, strict=True):
        reason = check_entry(want, name, entry, answer["seen"], where)
        if reason:
            return reason
    return ""


def check_entry(want, name, entry, seen, where):
    right = dict(want["entries"][name])
    if not isinstance(entry, dict) or type(entry.get("hosts")) is not int:
        return f"{where}: the entry of {name} has no number of hosts"
    before = right["hosts"]
    least = before + want["writes"][: seen[0]].count(name)
    most = before + want["writes"][: seen[1]].count(name)
    hosts = entry["hosts"]
    if hosts < least:
        return (
            f"{where}: stale: {hosts} hosts have {name}, but {least} had reported it before this "
            "was asked"
        )
    if hosts > most:
        return f"{where}: {hosts} hosts have {name}, but only {most} reported it"
    right["hosts"] = hosts
    return difference(right, entry, where)
