# SPDX-License-Identifier: Apache-2.0
"""Input of the ffi exercise: what the camera above a sorting belt saw.

Each picture is bright and of little contrast, as belts are lit: noise, a slope of
light, a mark at some place, worn to a different degree, another that is not quite it,
and patches of glare, where every point is 255.

Every input of several pictures has what is easily got wrong: on the first one the mark is in the
last corner that a search comes to, and there is no glare; on the second it is in the first corner,
and glare at the right edge goes on in the next row at the left. Parameters:

    pictures   how many
    width      of a picture, in points
    height
    side       of the mark
"""

import base64

VERSION = 2
GROWTH = {
    "parameter": "side",
    "values": [4, 6, 8, 10, 12, 14, 16],
    "fixed": {"pictures": 1, "width": 40, "height": 30},
}


def make(rng, parameters, ctx):
    side = parameters["side"]
    mark = [rng.choice((206, 238)) for _ in range(side * side)]
    width, height = parameters["width"], parameters["height"]
    makers = [last_corner, first_corner] if parameters["pictures"] > 1 else []
    makers += [anywhere] * (parameters["pictures"] - len(makers))
    pictures = [maker(rng, width, height, mark, side) for maker in makers]
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


def belt(rng, width, height):
    """The points of a picture without a parcel, row by row."""
    slope_x, slope_y = rng.uniform(-8, 8) / width, rng.uniform(-8, 8) / height
    points = []
    for y in range(height):
        for x in range(width):
            points.append(grey(222 + slope_x * x + slope_y * y + rng.gauss(0, 2)))
    return points


def anywhere(rng, width, height, mark, side):
    points = belt(rng, width, height)
    put(points, width, somewhere(rng, width, height, side), decoy(rng, mark), side, 0.8)
    put(points, width, somewhere(rng, width, height, side), mark, side, rng.uniform(0.3, 1))
    for _ in range(3):
        wide = side + rng.randrange(1, 4)
        high = side + (rng.randrange(1, 4) if rng.random() < 0.5 else 1)
        place = rng.choice((0, width - wide)), rng.randrange(height - high + 1)
        dazzle(points, width, place, wide, high)
    return points


def last_corner(rng, width, height, mark, side):
    points = belt(rng, width, height)
    put(points, width, (0, 0), decoy(rng, mark), side, 0.8)
    put(points, width, (width - side, height - side), mark, side, 1)
    return points


def first_corner(rng, width, height, mark, side):
    points = belt(rng, width, height)
    put(points, width, (width - side, height - side), decoy(rng, mark), side, 0.8)
    put(points, width, (0, 0), mark, side, 1)
    wide = side + rng.randrange(1, 4)
    top = rng.randrange(side, height - side)
    dazzle(points, width, (width - wide, top), wide, side)
    dazzle(points, width, (0, top), wide, side)
    return points


def decoy(rng, mark):
    return [222 if rng.random() < 0.35 else value for value in mark]


def grey(value):
    """Points of 255 are glare alone."""
    return max(0, min(254, round(value)))


def somewhere(rng, width, height, side):
    return rng.randrange(width - side + 1), rng.randrange(height - side + 1)


def put(points, width, place, mark, side, strength):
    """Lays the mark there, as far as it is not worn off."""
    left, top = place
    for row in range(side):
        for column in range(side):
            at = (top + row) * width + left + column
            points[at] = grey(points[at] + strength * (mark[row * side + column] - 222))


def dazzle(points, width, place, wide, high):
    """A patch of glare."""
    left, top = place
    for row in range(high):
        at = (top + row) * width + left
        points[at : at + wide] = [255] * wide
