from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd, CmdResult, StatusCode


class A(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        result, err = await ten_env.send_cmd(Cmd.create("hello"))  # wrong
        status = StatusCode.ERROR if err else StatusCode.OK
        await ten_env.return_result(CmdResult.create(status, cmd))
