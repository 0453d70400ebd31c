from ten_runtime import Addon, AsyncExtension, TenEnv, register_addon_as_extension


class A(AsyncExtension):
    pass


@register_addon_as_extension("a")
class AAddon(Addon):
    def on_create_instance(self, ten_env: TenEnv, name: str, context: object) -> None:
        ten_env.on_create_instance_done(A(name), context)
