from ten_runtime import AsyncExtension, AsyncTenEnv


class A(AsyncExtension):  # wrong
    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        ten_env.log_info("started")
