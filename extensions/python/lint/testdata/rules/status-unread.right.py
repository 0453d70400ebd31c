from ten import AsyncExtension, AsyncTenEnv, Cmd, CmdResult, StatusCode


class A(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        result = await ten_env.send_cmd(Cmd.create("hello"))
        if result.get_status_code() != StatusCode.OK:
            ten_env.log_error("no")
        asked: CmdResult = await ten_env.send_cmd(Cmd.create("ask"))
        ten_env.log_info(asked.get_property_string("answer"))
        _told = await ten_env.send_cmd(Cmd.create("flush"))
        ten_env.return_result(result, cmd)
