import asyncio

from ten_runtime import AsyncExtension, AsyncTenEnv, Extension, TenEnv


class A(AsyncExtension):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.queue: asyncio.Queue = asyncio.Queue(10)
        self.stopped = False

    async def on_init(self, ten_env: AsyncTenEnv) -> None:
        while True:  # wrong
            await asyncio.sleep(1)

    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        await self._consume()  # wrong
        while not self.stopped:  # wrong
            await asyncio.sleep(1)

    async def on_stop(self, ten_env: AsyncTenEnv) -> None:
        self.stopped = True
        await self.queue.put(None)

    async def _consume(self) -> None:
        while True:
            if await self.queue.get() is None:
                break


class B(Extension):
    def on_start(self, ten_env: TenEnv) -> None:  # wrong
        ten_env.log_info("started")
