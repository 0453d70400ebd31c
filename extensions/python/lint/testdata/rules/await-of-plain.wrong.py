from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd


class A(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        await ten_env.log_info("a")  # wrong
        text, err = await cmd.get_property_string("text")  # wrong
        await ten_env.send_cmd_ex(Cmd.create("b"))  # wrong
        await self._plain()  # wrong

    def _plain(self) -> None:
        print("a")
