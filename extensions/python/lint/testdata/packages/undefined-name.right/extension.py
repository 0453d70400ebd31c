from ten_runtime import AsyncExtension, AsyncTenEnv, Data


class Quiet(AsyncExtension):
    async def on_data(self, ten_env: AsyncTenEnv, data: Data) -> None:
        ten_env.log_info(data.get_name())
