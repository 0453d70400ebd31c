from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd


class A(AsyncExtension):
    async def on_init(self, env) -> None:
        pass

    async def on_cmd(self, _env: AsyncTenEnv, c: Cmd, deep: bool = False) -> None:
        pass

    async def on_data(self, *args) -> None:
        pass
