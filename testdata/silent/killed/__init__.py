"""Its process is killed."""

import asyncio
import os
import signal

from ten_runtime import Addon, AsyncExtension, AsyncTenEnv, Cmd, TenEnv, register_addon_as_extension


class Killed(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        if cmd.get_name() == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        await asyncio.sleep(600)


@register_addon_as_extension("killed")
class KilledAddon(Addon):
    def on_create_instance(self, ten_env: TenEnv, name: str, context: object) -> None:
        ten_env.on_create_instance_done(Killed(name), context)
