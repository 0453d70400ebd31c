import asyncio

from ten_runtime import AsyncExtension, AsyncTenEnv, Extension, TenEnv


class A(AsyncExtension):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.queue: asyncio.Queue = asyncio.Queue(10)
        self.ready = False

    async def on_init(self, ten_env: AsyncTenEnv) -> None:
        self.task = asyncio.create_task(self._consume())
        while not self.ready:
            await asyncio.sleep(0.01)
        while True:
            await asyncio.sleep(0.01)
            if self.ready:
                break

    async def _consume(self) -> None:
        self.ready = True
        while True:
            if await self.queue.get() is None:
                break

    async def on_stop(self, ten_env: AsyncTenEnv) -> None:
        await self.queue.put(None)
        await self.task


class B(Extension):
    def on_start(self, ten_env: TenEnv) -> None:
        ten_env.log_info("started")
        ten_env.on_start_done()

    def on_stop(self, ten_env: TenEnv) -> None:
        super().on_stop(ten_env)

    def on_init(self, ten_env: TenEnv) -> None:
        self._later(ten_env)

    def _later(self, ten_env: TenEnv) -> None:
        ten_env.on_init_done()
