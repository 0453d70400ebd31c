from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd, CmdResult, Data, StatusCode


class A(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        await ten_env.send_cmd(cmd)
        result = CmdResult.create(StatusCode.OK, cmd)  # wrong
        await ten_env.return_result(result)
        print(result.get_status_code())  # wrong

    async def on_data(self, ten_env: AsyncTenEnv, data: Data) -> None:
        out = Data.create("a")
        await ten_env.send_data(out)
        await ten_env.send_data(out)  # wrong
