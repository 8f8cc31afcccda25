# SPDX-License-Identifier: Apache-2.0
"""The oracle of the database exercise: the baseline, in a transaction that is rolled back."""

import baseline

from compare import difference


class Undone:
    """A ctx whose connection forgets what the baseline wrote."""

    def __init__(self, ctx):
        self.ctx = ctx

    def postgres(self):
        return self.ctx.postgres(autocommit=False)

    def note(self, key, value):
        pass


def expected(ctx, data):
    undone = Undone(ctx)
    baseline.setup(undone)
    try:
        return baseline.run(undone, data)
    finally:
        undone.db.rollback()
        undone.db.close()


def check(data, want, got):
    return difference(want, got)
