"""It works through data more slowly than it comes, until its mailbox is full."""

import time

from ten_runtime import Addon, Cmd, CmdResult, Data, Extension, StatusCode, TenEnv, register_addon_as_extension


class Full(Extension):
    def on_data(self, ten_env: TenEnv, data: Data) -> None:  # the line
        time.sleep(0.02)

    def on_cmd(self, ten_env: TenEnv, cmd: Cmd) -> None:
        ten_env.return_result(CmdResult.create(StatusCode.OK, cmd))


@register_addon_as_extension("full")
class FullAddon(Addon):
    def on_create_instance(self, ten_env: TenEnv, name: str, context: object) -> None:
        ten_env.on_create_instance_done(Full(name), context)
