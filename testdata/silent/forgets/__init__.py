"""It returns without an answer where a property is missing."""

from ten_runtime import Addon, AsyncExtension, AsyncTenEnv, Cmd, CmdResult, StatusCode, TenEnv, register_addon_as_extension


class Forgets(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        city, err = cmd.get_property_string("city")
        if err is not None:
            return  # the line
        result = CmdResult.create(StatusCode.OK, cmd)
        result.set_property_string("text", f"sunny in {city}")
        await ten_env.return_result(result)


@register_addon_as_extension("forgets")
class ForgetsAddon(Addon):
    def on_create_instance(self, ten_env: TenEnv, name: str, context: object) -> None:
        ten_env.on_create_instance_done(Forgets(name), context)
