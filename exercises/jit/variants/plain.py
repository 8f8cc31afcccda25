# SPDX-License-Identifier: Apache-2.0
"""What helps an interpreter: local names, no object for a number or two, no method for an addition."""

import baseline


def tides(days):
    total = 0
    for day in days:
        re, im = day["wind"], day["moon"]
        x = y = 0.0
        for _ in range(day["steps"]):
            xx = x * x
            yy = y * y
            if xx + yy > 4.0:
                x *= 0.25
                y *= 0.25
                total += 1
            else:
                y = 2.0 * x * y + im
                x = xx - yy + re
        total += int(x * 1000) - int(y * 1000)
    return total


def queue(ships, berths):
    free_at = [0] * len(berths)
    hours = cost = 0
    longest = (-1, "")
    for now, (name, draught, speed) in enumerate(ships):
        best, soonest = -1, 0
        for number, depth in enumerate(berths):
            if depth >= draught and (best < 0 or free_at[number] < soonest):
                best, soonest = number, free_at[number]
        start = now if now > soonest else soonest
        waited = start - now
        free_at[best] = start + 10 // speed + draught
        hours += waited
        cost += waited * draught
        if (waited, name) > longest:
            longest = (waited, name)
    return [hours, cost, longest[1]]


def run(ctx, data):
    return {
        "tides": tides(data["days"]),
        "queue": queue(data["ships"], data["berths"]),
        "board": baseline.board(data["ships"]),
    }
