from ten import Addon, TenEnv, register_addon_as_extension

from .extension import QueueAsyncExtension


@register_addon_as_extension("queue_async_extension_python")
class QueueAsyncExtensionAddon(Addon):
    def on_create_instance(self, ten_env: TenEnv, name: str, context: object) -> None:
        ten_env.on_create_instance_done(QueueAsyncExtension(name), context)
