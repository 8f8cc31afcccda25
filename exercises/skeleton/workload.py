# SPDX-License-Identifier: Apache-2.0
"""REPLACE: the input, and what each parameter of exercise.yaml means. All chance comes from rng.

receipts    lines of the till's roll: who bought what for how many cents
"""

VERSION = 1
ITEMS = ("bread", "cheese", "coffee", "eggs", "milk", "oil", "rice", "salt", "sugar", "tea")


def make(rng, parameters, ctx):
    receipts = parameters["receipts"]
    return {
        "receipts": [
            [f"c{rng.randrange(receipts)}", rng.choice(ITEMS), rng.randrange(50, 5000)]
            for _ in range(receipts)
        ]
    }
