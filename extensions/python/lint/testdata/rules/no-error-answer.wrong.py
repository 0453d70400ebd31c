from ten import AsyncExtension, AsyncTenEnv, Cmd


class A(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:  # wrong
        result = await ten_env.send_cmd(Cmd.create("hello"))
        ten_env.return_result(result, cmd)
