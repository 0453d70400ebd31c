"""It sends data without a pause to speak of."""

import asyncio

from ten_runtime import Addon, AsyncExtension, AsyncTenEnv, Data, TenEnv, register_addon_as_extension


class Floods(AsyncExtension):
    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        self.task = asyncio.create_task(self.flood(ten_env))

    async def flood(self, ten_env: AsyncTenEnv) -> None:
        while True:
            for _ in range(10):
                await ten_env.send_data(Data.create("page"))
            await asyncio.sleep(0.01)

    async def on_stop(self, ten_env: AsyncTenEnv) -> None:
        self.task.cancel()


@register_addon_as_extension("floods")
class FloodsAddon(Addon):
    def on_create_instance(self, ten_env: TenEnv, name: str, context: object) -> None:
        ten_env.on_create_instance_done(Floods(name), context)
