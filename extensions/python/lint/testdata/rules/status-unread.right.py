from ten import AsyncExtension, AsyncTenEnv, Cmd, StatusCode


class A(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        result = await ten_env.send_cmd(Cmd.create("hello"))
        if result.get_status_code() != StatusCode.OK:
            ten_env.log_error("no")
        ten_env.return_result(result, cmd)
