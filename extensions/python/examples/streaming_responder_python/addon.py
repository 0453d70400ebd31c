from ten_runtime import Addon, TenEnv, register_addon_as_extension

from .extension import StreamingResponderExtension


@register_addon_as_extension("streaming_responder_python")
class StreamingResponderExtensionAddon(Addon):
    def on_create_instance(self, ten_env: TenEnv, name: str, context: object) -> None:
        ten_env.on_create_instance_done(StreamingResponderExtension(name), context)
