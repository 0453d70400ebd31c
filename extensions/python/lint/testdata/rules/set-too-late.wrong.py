import asyncio

from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd, Data


class A(AsyncExtension):
    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        self.queue: asyncio.Queue = asyncio.Queue(10)
        self.count = 0

    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        await self.queue.put(cmd)  # wrong
        await self.queue.put(None)

    async def on_data(self, ten_env: AsyncTenEnv, data: Data) -> None:
        self.count += 1  # wrong
        print(self.count)
