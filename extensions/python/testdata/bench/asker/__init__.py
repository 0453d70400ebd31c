import asyncio
import time

from ten_runtime import Addon, AsyncExtension, Cmd, CmdResult, StatusCode, register_addon_as_extension


class Asker(AsyncExtension):
    """Sends as many commands as it is told, so many at a time, and says how long that took."""

    async def on_cmd(self, env, go):
        left, at_once = go.get_property_int("n")[0], go.get_property_int("at_once")[0]

        async def ask():
            nonlocal left
            while left > 0:
                left -= 1
                cmd = Cmd.create("hello")
                cmd.set_property_string("name", "Ada")
                cmd.set_property_int("n", 42)
                _, error = await env.send_cmd(cmd)
                if error is not None:
                    raise RuntimeError(error.error_message())

        began = time.perf_counter_ns()
        await asyncio.gather(*(ask() for _ in range(at_once)))
        result = CmdResult.create(StatusCode.OK, go)
        result.set_property_int("took", time.perf_counter_ns() - began)
        await env.return_result(result)


@register_addon_as_extension("asker")
class AskerAddon(Addon):
    def on_create_instance(self, env, name, context):
        env.on_create_instance_done(Asker(name), context)
