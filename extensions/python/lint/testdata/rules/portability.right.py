from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd, CmdResult, StatusCode


class A(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        print(cmd.get_name())
        await ten_env.return_result(CmdResult.create(StatusCode.OK, cmd))
