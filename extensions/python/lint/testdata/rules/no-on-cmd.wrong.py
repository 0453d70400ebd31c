from ten_runtime import AsyncExtension, AsyncTenEnv, Data


class A(AsyncExtension):  # wrong
    async def on_data(self, ten_env: AsyncTenEnv, data: Data) -> None:
        print(data.get_name())
