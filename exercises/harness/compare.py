# SPDX-License-Identifier: Apache-2.0
"""The first difference of two JSON values, in words. For check.py."""

import json


def difference(want, got, path="result", tolerance=0.0):
    """Where and how they differ; the empty string where they are equal.

    Two numbers of which one has a fraction may differ by the tolerance. What got came
    through JSON, and want did not: there a tuple is a list, and the key 1 is "1".
    """
    if isinstance(want, dict) and isinstance(got, dict):
        want = {key if isinstance(key, str) else json.dumps(key): want[key] for key in want}
        for key in want:
            if key not in got:
                return f"{path} has no {key!r}"
            found = difference(want[key], got[key], f"{path}[{key!r}]", tolerance)
            if found:
                return found
        extra = [key for key in got if key not in want]
        return f"{path} has {short(extra[0])}, which should not be there" if extra else ""
    if isinstance(want, (list, tuple)) and isinstance(got, list):
        for index, (a, b) in enumerate(zip(want, got)):
            found = difference(a, b, f"{path}[{index}]", tolerance)
            if found:
                return found
        if len(want) != len(got):
            return f"{path} has {len(got)} items, expected {len(want)}"
        return ""
    if _kind(want) != _kind(got) or (want != got and not _near(want, got, tolerance)):
        return f"{path}: expected {short(want)}, got {short(got)}"
    return ""


def _near(want, got, tolerance):
    return float in (type(want), type(got)) and abs(want - got) <= tolerance


def _kind(value):
    return float if type(value) is int else type(value)  # 1 and 1.0 are one number, True is none


def short(value):
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
