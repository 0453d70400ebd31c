"""Its on_init never ends."""

import asyncio

from ten_runtime import Addon, AsyncExtension, AsyncTenEnv, Cmd, CmdResult, StatusCode, TenEnv, register_addon_as_extension


class Unready(AsyncExtension):
    async def on_init(self, ten_env: AsyncTenEnv) -> None:
        await self.connect()

    async def connect(self) -> None:
        await asyncio.get_running_loop().create_future()  # the line

    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        await ten_env.return_result(CmdResult.create(StatusCode.OK, cmd))


@register_addon_as_extension("unready")
class UnreadyAddon(Addon):
    def on_create_instance(self, ten_env: TenEnv, name: str, context: object) -> None:
        ten_env.on_create_instance_done(Unready(name), context)
