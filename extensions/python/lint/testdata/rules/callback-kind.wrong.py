from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd, Extension, TenEnv


class A(AsyncExtension):
    def on_start(self, ten_env: AsyncTenEnv) -> None:  # wrong
        ten_env.log_info("started")


class B(Extension):
    async def on_cmd(self, ten_env: TenEnv, cmd: Cmd) -> None:  # wrong
        ten_env.log_info(cmd.get_name())
