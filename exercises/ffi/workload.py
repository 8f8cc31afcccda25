# SPDX-License-Identifier: Apache-2.0
"""Input of the ffi exercise: what the camera above a sorting belt saw.

Each picture is bright and of little contrast, as belts are lit: noise, a slope of
light, a mark at some place, worn to a different degree, another that is not quite it,
and patches of glare, where every point is 255. Parameters:

    pictures   how many
    width      of a picture, in points
    height
    side       of the mark
"""

import base64

VERSION = 1
GROWTH = {
    "parameter": "side",
    "values": [4, 6, 8, 10, 12, 14, 16],
    "fixed": {"pictures": 1, "width": 40, "height": 30},
}


def make(rng, parameters, ctx):
    side = parameters["side"]
    mark = [rng.choice((206, 238)) for _ in range(side * side)]
    width, height = parameters["width"], parameters["height"]
    pictures = [picture(rng, width, height, mark, side) for _ in range(parameters["pictures"])]
    return {
        "gain": [round(((step + 1) / 256) ** 0.45, 9) for step in range(256)],
        "side": side,
        "mark": packed(mark),
        "pictures": [
            {"parcel": parcel(rng), "width": width, "height": height, "points": packed(points)}
            for points in pictures
        ],
    }


def packed(points):
    return base64.b64encode(bytes(points)).decode()


def parcel(rng):
    return f"P{rng.randrange(10**7):07}"


def picture(rng, width, height, mark, side):
    """The points, row by row."""
    slope_x, slope_y = rng.uniform(-8, 8) / width, rng.uniform(-8, 8) / height
    points = []
    for y in range(height):
        for x in range(width):
            points.append(grey(222 + slope_x * x + slope_y * y + rng.gauss(0, 2)))
    decoy = [222 if rng.random() < 0.35 else value for value in mark]
    put(rng, points, width, height, decoy, side, 0.8)
    put(rng, points, width, height, mark, side, rng.uniform(0.3, 1))
    for _ in range(3):
        dazzle(rng, points, width, height, side)
    return points


def grey(value):
    """Points of 255 are glare alone."""
    return max(0, min(254, round(value)))


def put(rng, points, width, height, mark, side, strength):
    """Lays the mark somewhere, as far as it is not worn off."""
    left, top = rng.randrange(width - side + 1), rng.randrange(height - side + 1)
    for row in range(side):
        for column in range(side):
            at = (top + row) * width + left + column
            points[at] = grey(points[at] + strength * (mark[row * side + column] - 222))


def dazzle(rng, points, width, height, side):
    """A patch of glare, larger than the mark each way, at the picture's edge."""
    wide, high = side + rng.randrange(1, 4), side + rng.randrange(1, 4)
    left = rng.choice((0, width - wide))
    top = rng.randrange(height - high + 1)
    if rng.random() < 0.5:
        wide, high = wide, side + 1
    for row in range(high):
        at = (top + row) * width + left
        points[at : at + wide] = [255] * wide
