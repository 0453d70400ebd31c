from ten_runtime import Addon, AsyncExtension, CmdResult, StatusCode, register_addon_as_extension


class Echo(AsyncExtension):
    """Answers commands, and sends frames on."""

    async def on_cmd(self, env, cmd):
        name, _ = cmd.get_property_string("name")
        result = CmdResult.create(StatusCode.OK, cmd)
        result.set_property_string("text", name)
        await env.return_result(result)

    async def on_audio_frame(self, env, frame):
        await env.send_audio_frame(frame)

    async def on_video_frame(self, env, frame):
        await env.send_video_frame(frame)


@register_addon_as_extension("echo")
class EchoAddon(Addon):
    def on_create_instance(self, env, name, context):
        env.on_create_instance_done(Echo(name), context)
