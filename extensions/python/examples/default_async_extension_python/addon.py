from ten import Addon, TenEnv, register_addon_as_extension

from .extension import DefaultAsyncExtension


@register_addon_as_extension("default_async_extension_python")
class DefaultAsyncExtensionAddon(Addon):
    def on_create_instance(self, ten_env: TenEnv, name: str, context: object) -> None:
        ten_env.on_create_instance_done(DefaultAsyncExtension(name), context)
