from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd


class A(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        ten_env.log_info("a")
        text, err = cmd.get_property_string("text")
        value, err = await ten_env.get_property_string("text")
        await self._plain()
        await self._other()

    def _plain(self):
        return self._other()

    async def _other(self) -> None:
        pass
