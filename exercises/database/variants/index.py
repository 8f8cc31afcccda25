# SPDX-License-Identifier: Apache-2.0
"""An index on the column that is searched by. The queries stay as they are: the planner finds it.

Built before the clock runs; the report shows that time apart. It is paid once, and then a
little with every row that is written.
"""

import baseline


def setup(ctx):
    baseline.setup(ctx)
    ctx.db.execute("CREATE INDEX dependency_package ON dependency (package_id)")
    ctx.db.execute("ANALYZE dependency")
    ctx.note("index", "dependency (package_id)")


run = baseline.run
