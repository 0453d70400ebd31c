from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd


class A(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:  # wrong
        ten_env.log_info("a command")
