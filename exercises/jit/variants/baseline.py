# SPDX-License-Identifier: Apache-2.0
"""The forecast of a small harbour: tides, ships, and a page for the board.

Pure Python, no library: what an interpreter does all day.
"""


def tides(days):
    """Heights of the water: for each start, how long a wave stays in the basin."""
    total = 0
    for day in days:
        re, im = day["wind"], day["moon"]
        x = y = 0.0
        steps = 0
        while steps < day["steps"]:
            xx, yy = x * x, y * y
            if xx + yy > 4.0:
                x, y = x * 0.25, y * 0.25
                total += 1
            else:
                x, y = xx - yy + re, 2.0 * x * y + im
            steps += 1
        total += int(x * 1000) - int(y * 1000)
    return total


class Ship:
    def __init__(self, name, draught, speed):
        self.name = name
        self.draught = draught
        self.speed = speed
        self.waited = 0
        self.berth = None

    def wait(self, hours):
        self.waited += hours

    def cost(self):
        return self.waited * self.draught


class Berth:
    def __init__(self, number, depth):
        self.number = number
        self.depth = depth
        self.free_at = 0

    def takes(self, ship):
        return self.depth >= ship.draught

    def moor(self, ship, now):
        start = max(now, self.free_at)
        ship.wait(start - now)
        ship.berth = self
        self.free_at = start + 10 // ship.speed + ship.draught
        return start


def queue(ships, berths):
    """Each ship to the berth that is free first: (hours waited, cost, who waited longest)."""
    berths = [Berth(number, depth) for number, depth in enumerate(berths)]
    fleet = [Ship(*ship) for ship in ships]
    for now, ship in enumerate(fleet):
        best = None
        for berth in berths:
            if berth.takes(ship) and (best is None or berth.free_at < best.free_at):
                best = berth
        best.moor(ship, now)
    longest = max(fleet, key=lambda ship: (ship.waited, ship.name))
    return [sum(ship.waited for ship in fleet), sum(map(Ship.cost, fleet)), longest.name]


def board(ships):
    """The page: a line for each of the first ships."""
    return [f"{name:<12}{draught:>3} m {speed:>3} kn" for name, draught, speed in ships[:20]]


def run(ctx, data):
    return {
        "tides": tides(data["days"]),
        "queue": queue(data["ships"], data["berths"]),
        "board": board(data["ships"]),
    }
