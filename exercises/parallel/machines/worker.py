# SPDX-License-Identifier: Apache-2.0
"""A machine that works for Dask: one worker with one thread. When the scheduler knows it, it takes
connections at its port, and thereby says that it is ready."""

import asyncio
import json
import os

import dask

dask.config.set({"distributed.admin.tick.limit": "30s", "distributed.diagnostics.nvml": False})

from distributed import Worker  # noqa: E402


async def say_ready(reader, writer):
    writer.close()


async def scheduler_is_up(at):
    while True:
        try:
            _, writer = await asyncio.open_connection(at["host"], at["port"])
        except OSError:
            await asyncio.sleep(0.01)
        else:
            writer.close()
            return


async def main():
    machines = json.loads(os.environ["LABCTL_MACHINES"])
    name = os.environ["LABCTL_MACHINE"]
    me, scheduler = machines[name], machines["scheduler"]
    await scheduler_is_up(scheduler)
    worker = Worker(
        f"tcp://{scheduler['host']}:{scheduler['port']}",
        host=me["host"],
        name=name,
        nthreads=1,
        memory_limit=0,  # the machine's own limit holds
        dashboard=False,
        local_directory="/tmp",
    )
    async with worker:
        await asyncio.start_server(say_ready, me["host"], me["port"])
        await worker.finished()


asyncio.run(main())
