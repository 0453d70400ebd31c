from ten import AsyncExtension, AsyncTenEnv, Cmd, CmdResult, StatusCode  # wrong


class A(AsyncExtension):
    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        ten_env.on_start_done()  # wrong

    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        print(cmd.to_json())  # wrong
        ten_env.return_result(CmdResult.create(StatusCode.OK), cmd)  # wrong
