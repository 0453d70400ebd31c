from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd, CmdResult, StatusCode


class A(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:  # wrong
        text, _ = cmd.get_property_string("text")
        ten_env.log_info(text)
        await ten_env.return_result(CmdResult.create(StatusCode.OK, cmd))
