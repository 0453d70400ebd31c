from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd, Extension, TenEnv


class A(AsyncExtension):
    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        ten_env.log_info("started")

    def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd):
        return self._handle(ten_env, cmd)

    async def _handle(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        ten_env.log_info(cmd.get_name())


class B(Extension):
    def on_cmd(self, ten_env: TenEnv, cmd: Cmd) -> None:
        ten_env.log_info(cmd.get_name())


class C:
    def on_start(self) -> None:
        pass
