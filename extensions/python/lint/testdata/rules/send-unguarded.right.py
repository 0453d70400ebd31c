from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd, StatusCode


class A(AsyncExtension):
    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        result, err = await ten_env.send_cmd(Cmd.create("hello"))
        if err is None:
            print(result.get_status_code() == StatusCode.OK)
        answer, _ = await ten_env.send_cmd(Cmd.create("hello"))
        if answer is not None:
            print(answer.get_status_code())
        await ten_env.send_cmd(Cmd.create("tell"))
