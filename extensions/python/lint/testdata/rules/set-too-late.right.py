import asyncio
from typing import Optional

from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd, Data


class A(AsyncExtension):
    seen = 0

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.client: Optional[str] = None

    async def on_init(self, ten_env: AsyncTenEnv) -> None:
        self.queue: asyncio.Queue = asyncio.Queue(10)

    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        self.client = "c"
        self.seen = 1
        self.late = 2

    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        await self.queue.put((cmd, self.client, self.seen))

    async def on_data(self, ten_env: AsyncTenEnv, data: Data) -> None:
        if hasattr(self, "late"):
            print(self.late)

    async def on_stop(self, ten_env: AsyncTenEnv) -> None:
        print(self.late)
