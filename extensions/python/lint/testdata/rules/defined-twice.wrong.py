from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd, Data


class First(AsyncExtension):
    async def on_data(self, ten_env: AsyncTenEnv, data: Data) -> None:
        ten_env.log_info(data.get_name())

    async def on_data(self, ten_env: AsyncTenEnv, data: Data) -> None:  # wrong
        ten_env.log_debug(data.get_name())


class First(AsyncExtension):  # wrong
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        ten_env.log_info(cmd.get_name())
