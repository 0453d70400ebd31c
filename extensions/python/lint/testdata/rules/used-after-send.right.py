from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd, CmdResult, Data, StatusCode


class A(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        name = cmd.get_name()
        await ten_env.send_cmd(cmd.clone())
        result = CmdResult.create(StatusCode.OK, cmd)
        await ten_env.return_result(result)
        print(name)

    async def on_data(self, ten_env: AsyncTenEnv, data: Data) -> None:
        out = Data.create("a")
        await ten_env.send_data(out)
        out = Data.create("b")
        await ten_env.send_data(out)
        if data.get_name() == "x":
            await ten_env.send_data(data)
            return
        print(data.get_name())
