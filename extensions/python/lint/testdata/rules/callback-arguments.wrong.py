from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd


class A(AsyncExtension):
    async def on_init(self) -> None:  # wrong
        pass

    async def on_cmd(self, ten_env: AsyncTenEnv) -> None:  # wrong
        pass

    async def on_data(self, ten_env: AsyncTenEnv, data, extra) -> None:  # wrong
        pass
