from ten_runtime import AsyncExtension, AsyncTenEnv, Data


class A(AsyncExtension):
    async def on_data(self, ten_env: AsyncTenEnv, data: Data) -> None:
        text, _ = data.get_property_to_json("kind")
        ten_env.log_debug(f"got {data.get_name()} {text}")
