import asyncio

from ten_runtime import AsyncExtension, AsyncTenEnv, Data


class Counter:
    def total(self) -> int:
        return self.count + 1  # wrong


class Speaker(AsyncExtension):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.queue: asyncio.Queue = asyncio.Queue()

    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        self.running = True

    async def on_data(self, ten_env: AsyncTenEnv, data: Data) -> None:
        self.received += 1  # wrong
        await self.qeue.put(data)  # wrong

    async def _consume(self) -> None:
        def tell() -> None:
            self.ten_env.log_info("told")  # wrong

        tell()
