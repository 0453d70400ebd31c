"""Its process is killed."""

import asyncio
import os
import signal

from ten_runtime import Addon, AsyncExtension, AsyncTenEnv, Cmd, CmdResult, Loc, StatusCode, TenEnv, register_addon_as_extension


class Killed(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:  # the line
        if cmd.get_name() == "echo":
            await ten_env.return_result(CmdResult.create(StatusCode.OK, cmd))
            return
        if cmd.get_name() == "die":
            echo = Cmd.create("echo")
            echo.set_dests([Loc("", "", "killed")])
            await ten_env.send_cmd(echo)  # when that has come back all that was said before is known
            os.kill(os.getpid(), signal.SIGKILL)
        await asyncio.sleep(600)


@register_addon_as_extension("killed")
class KilledAddon(Addon):
    def on_create_instance(self, ten_env: TenEnv, name: str, context: object) -> None:
        ten_env.on_create_instance_done(Killed(name), context)
