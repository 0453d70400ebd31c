import asyncio

from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd


class A(AsyncExtension):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.queue: asyncio.Queue = asyncio.Queue(10)

    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        await self.queue.put((ten_env, cmd))


class B(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        self.cmd = cmd
