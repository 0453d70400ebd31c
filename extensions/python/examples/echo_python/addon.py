from ten_runtime import Addon, TenEnv, register_addon_as_extension

from .extension import EchoExtension


@register_addon_as_extension("echo_python")
class EchoExtensionAddon(Addon):
    def on_create_instance(self, ten_env: TenEnv, name: str, context: object) -> None:
        ten_env.on_create_instance_done(EchoExtension(name), context)
