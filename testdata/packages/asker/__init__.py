"""An extension that cannot answer by itself: it asks somebody else."""

from ten_runtime import Addon, AsyncExtension, AsyncTenEnv, Cmd, CmdResult, StatusCode, TenEnv, register_addon_as_extension


class Asker(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        city, _ = cmd.get_property_string("city")
        lookup = Cmd.create("lookup")
        lookup.set_property_string("city", city)
        found, error = await ten_env.send_cmd(lookup)
        if found is None:
            answer = CmdResult.create(StatusCode.ERROR, cmd)
            answer.set_property_string("detail", error.error_message() if error is not None else "")
        else:
            answer = CmdResult.create(found.get_status_code(), cmd)
            text, _ = found.get_property_string("text")
            answer.set_property_string("text", f"In {city}: {text}")
        await ten_env.return_result(answer)


@register_addon_as_extension("asker")
class AskerAddon(Addon):
    def on_create_instance(self, ten_env: TenEnv, name: str, context: object) -> None:
        ten_env.on_create_instance_done(Asker(name), context)
