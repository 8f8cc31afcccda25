# SPDX-License-Identifier: Apache-2.0
"""The sorting belt: where on each picture is the mark, and was the light good enough?

run() gets the pictures that a camera took of the parcels, as bytes, one for each point,
and tells for each where the mark lies and how surely it is the mark.
"""

import array
import base64
import math

FLAT = 1e-6  # a window that varies less shows nothing: glare, or the bare belt


def run(ctx, data):
    gain = data["gain"]
    side = data["side"]
    mark = light(base64.b64decode(data["mark"]), gain)
    sheet = []
    for picture in data["pictures"]:
        points = base64.b64decode(picture["points"])
        width, height = picture["width"], picture["height"]
        values = light(points, gain)
        x, y, likeness = search(values, width, height, mark, side)
        sheet.append(
            {
                "parcel": picture["parcel"],
                "at": [x, y],
                "likeness": likeness,
                "exposure": exposure(points),
                "rows": brightest_rows(values, width, height),
                "glare": glare(points, width, height),
            }
        )
    return {"parcels": sheet, "doubtful": doubtful(sheet)}


def light(points, gain):
    """What the camera's numbers mean: the light that fell on each point."""
    return array.array("d", [gain[point] for point in points])


def exposure(points):
    """The darkest, the middle and the brightest of the points, leaving out one in a hundred."""
    ordered = sorted(points)
    rest = len(ordered) // 100
    return [ordered[rest], ordered[len(ordered) // 2], ordered[-1 - rest]]


def brightest_rows(values, width, height):
    """The three rows that got the most light, the brightest first."""
    rows = []
    for y in range(height):
        rows.append([-sum(values[y * width : (y + 1) * width]), y])
    rows.sort()
    return [y for _, y in rows[:3]]


def glare(points, width, height):
    """How long the longest run of points is that the light drowned, in any row."""
    longest = 0
    for y in range(height):
        run_length = 0
        for point in points[y * width : (y + 1) * width]:
            run_length = run_length + 1 if point == 255 else 0
            if run_length > longest:
                longest = run_length
    return longest


def search(values, width, height, mark, side):
    """The window most like the mark: its place, and how alike they are."""
    best, at = -2.0, (-1, -1)
    for y in range(height - side + 1):
        for x in range(width - side + 1):
            found = likeness(values, width, mark, side, x, y)
            if found > best:
                best, at = found, (x, y)
    return at[0], at[1], best


def likeness(values, width, mark, side, x, y):
    """The correlation of a window with the mark, from -1 to 1; not a number where it is flat."""
    n = side * side
    a = aa = b = bb = ab = 0.0
    for row in range(side):
        start = (y + row) * width + x
        for column in range(side):
            value = values[start + column]
            wanted = mark[row * side + column]
            a += value
            aa += value * value
            b += wanted
            bb += wanted * wanted
            ab += value * wanted
    varies = n * aa - a * a
    if varies < FLAT:
        return math.nan
    return (n * ab - a * b) / math.sqrt(varies * (n * bb - b * b))


def doubtful(sheet):
    """The parcels that somebody should look at, the most doubtful first."""
    found = [[entry["likeness"], entry["parcel"]] for entry in sheet if entry["likeness"] < 0.9]
    found.sort()
    return [parcel for _, parcel in found]
