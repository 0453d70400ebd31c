import asyncio

from ten_runtime import AsyncExtension, AsyncTenEnv


class A(AsyncExtension):
    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        self.loop = asyncio.get_running_loop()
        asyncio.create_task(self._work())  # wrong
        asyncio.ensure_future(self._work())  # wrong
        self.loop.create_task(self._work())  # wrong
        asyncio.get_running_loop().create_task(self._work())  # wrong

    async def _work(self) -> None:
        pass
