import asyncio

from ten_runtime import AsyncExtension, AsyncTenEnv


class A(AsyncExtension):
    async def on_init(self, ten_env: AsyncTenEnv) -> None:
        await asyncio.sleep(0)

    async def on_stop(self, ten_env: AsyncTenEnv) -> None:
        await asyncio.sleep(0.5)
