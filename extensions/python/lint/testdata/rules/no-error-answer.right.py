from ten import AsyncExtension, AsyncTenEnv, Cmd, CmdResult, StatusCode


class A(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        try:
            result = await ten_env.send_cmd(Cmd.create("hello"))
        except Exception:
            result = CmdResult.create(StatusCode.ERROR)
        ten_env.return_result(result, cmd)
