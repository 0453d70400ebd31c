"""It awaits what never comes."""

import asyncio

from ten_runtime import Addon, AsyncExtension, AsyncTenEnv, Cmd, CmdResult, StatusCode, TenEnv, register_addon_as_extension


class Awaits(AsyncExtension):
    async def on_init(self, ten_env: AsyncTenEnv) -> None:
        self.ready = asyncio.Event()

    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        await self.until_ready()
        await ten_env.return_result(CmdResult.create(StatusCode.OK, cmd))

    async def until_ready(self) -> None:
        await self.ready.wait()  # the line


@register_addon_as_extension("awaits")
class AwaitsAddon(Addon):
    def on_create_instance(self, ten_env: TenEnv, name: str, context: object) -> None:
        ten_env.on_create_instance_done(Awaits(name), context)
