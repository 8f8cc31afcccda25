# SPDX-License-Identifier: Apache-2.0
"""The machine that Dask's scheduler runs on. It takes connections as soon as it is ready."""

import asyncio
import json
import os

import dask

dask.config.set({"distributed.admin.tick.limit": "30s", "distributed.diagnostics.nvml": False})

from distributed import Scheduler  # noqa: E402


async def main():
    me = json.loads(os.environ["LABCTL_MACHINES"])[os.environ["LABCTL_MACHINE"]]
    async with Scheduler(host=me["host"], port=me["port"], dashboard=False) as scheduler:
        await scheduler.finished()


asyncio.run(main())
