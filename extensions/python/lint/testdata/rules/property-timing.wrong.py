from ten_runtime import AsyncExtension, AsyncTenEnv


class A(AsyncExtension):
    async def on_configure(self, ten_env: AsyncTenEnv) -> None:
        self.key, self.err = await ten_env.get_property_string("key")  # wrong

    async def on_init(self, ten_env: AsyncTenEnv) -> None:
        await ten_env.init_property_from_json("{}")  # wrong
