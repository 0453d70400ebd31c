"""It holds its loop."""

import time

from ten_runtime import Addon, AsyncExtension, AsyncTenEnv, Cmd, CmdResult, StatusCode, TenEnv, register_addon_as_extension


class Blocks(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        if cmd.get_name() == "fetch":
            self.fetch()
        await ten_env.return_result(CmdResult.create(StatusCode.OK, cmd))

    def fetch(self) -> None:
        time.sleep(600)  # the line


@register_addon_as_extension("blocks")
class BlocksAddon(Addon):
    def on_create_instance(self, ten_env: TenEnv, name: str, context: object) -> None:
        ten_env.on_create_instance_done(Blocks(name), context)
