"""It asks what the graph connects to nobody."""

from ten_runtime import Addon, AsyncExtension, AsyncTenEnv, Cmd, CmdResult, StatusCode, TenEnv, register_addon_as_extension


class Lonely(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        await ten_env.send_cmd(Cmd.create("lookup"))  # the line
        await ten_env.return_result(CmdResult.create(StatusCode.OK, cmd))


@register_addon_as_extension("lonely")
class LonelyAddon(Addon):
    def on_create_instance(self, ten_env: TenEnv, name: str, context: object) -> None:
        ten_env.on_create_instance_done(Lonely(name), context)
