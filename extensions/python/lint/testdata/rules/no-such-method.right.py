from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd, TenEnv


class A(AsyncExtension):
    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        ten_env.log_warn("a")
        if hasattr(ten_env, "log_fatal"):
            ten_env.log_fatal("b")

    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        print(cmd.get_name(), cmd.clone().get_property_to_json())
        env = self._env() or ten_env
        env.anything()

    def _env(self):
        return None


def done(ten_env: TenEnv) -> None:
    ten_env.on_start_done()
