from ten_runtime import Addon, TenEnv, register_addon_as_extension

from .extension import PcmReaderExtension


@register_addon_as_extension("pcm_reader_python")
class PcmReaderExtensionAddon(Addon):
    def on_create_instance(self, ten_env: TenEnv, name: str, context: object) -> None:
        ten_env.on_create_instance_done(PcmReaderExtension(name), context)
