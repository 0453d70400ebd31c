import asyncio
import queue
import time

import requests

from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd


class A(AsyncExtension):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.jobs: queue.Queue = queue.Queue()

    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        await asyncio.sleep(1)
        await asyncio.to_thread(time.sleep, 1)
        await asyncio.to_thread(lambda: requests.get("http://localhost", timeout=1))
        time.sleep(0)
        self.jobs.put(1)
        self.jobs.get(block=False)
        self.jobs.get_nowait()

        def work() -> None:
            time.sleep(1)

        await asyncio.to_thread(work)

    def plain(self) -> None:
        time.sleep(1)
