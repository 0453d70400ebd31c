from ten_runtime import App, AsyncExtension, AsyncTenEnv, TenEnv


class A(AsyncExtension):
    async def on_configure(self, ten_env: AsyncTenEnv) -> None:
        await ten_env.init_property_from_json("{}")

    async def on_init(self, ten_env: AsyncTenEnv) -> None:
        self.key, self.err = await ten_env.get_property_string("key")


class FakeApp(App):
    def on_configure(self, ten_env: TenEnv) -> None:
        ten_env.init_property_from_json("{}")
        ten_env.on_configure_done()
