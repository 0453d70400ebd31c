from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd, StatusCode


class A(AsyncExtension):
    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        result, _ = await ten_env.send_cmd(Cmd.create("hello"))  # wrong
        ok = result.get_status_code() == StatusCode.OK
        print(ok)
