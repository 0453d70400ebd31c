import asyncio

from ten_runtime import AsyncExtension, AsyncTenEnv


class A(AsyncExtension):
    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        self.task = asyncio.create_task(self._work())
        tasks = {asyncio.create_task(self._work())}
        await asyncio.create_task(self._work())
        await asyncio.gather(*tasks)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._work())

    async def _work(self) -> None:
        pass
