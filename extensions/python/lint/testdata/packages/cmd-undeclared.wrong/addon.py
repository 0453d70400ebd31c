from ten_runtime import Addon, TenEnv, register_addon_as_extension

from .extension import Quiet


@register_addon_as_extension("quiet_python")
class QuietAddon(Addon):
    def on_create_instance(self, ten_env: TenEnv, name: str, context: object) -> None:
        ten_env.on_create_instance_done(Quiet(name), context)
