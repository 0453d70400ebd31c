import asyncio

from ten_runtime import AsyncExtension, AsyncTenEnv


class A(AsyncExtension):
    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        self.loop = asyncio.get_running_loop()

    async def on_stop(self, ten_env: AsyncTenEnv) -> None:
        self.loop.stop()  # wrong
        asyncio.get_event_loop().stop()  # wrong
        loop = asyncio.get_running_loop()
        loop.close()  # wrong
