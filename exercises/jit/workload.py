# SPDX-License-Identifier: Apache-2.0
"""Input of the jit exercise: days for tides(), ships and berths for queue()."""

VERSION = 1


def make(rng, parameters, ctx):
    days = [
        {
            "wind": round(rng.uniform(-0.6, 0.3), 6),
            "moon": round(rng.uniform(-0.6, 0.6), 6),
            "steps": parameters["steps"],
        }
        for _ in range(parameters["days"])
    ]
    ships = [
        [f"{rng.choice('BCDFGHKLMNPRST')}{rng.choice('aeiou')}{n}", rng.randint(2, 12), rng.randint(3, 20)]
        for n in range(parameters["ships"])
    ]
    berths = [rng.randint(6, 12) for _ in range(9)] + [12]
    return {"days": days, "ships": ships, "berths": berths}
