from ten import AsyncExtension, AsyncTenEnv, Cmd


class Quiet(AsyncExtension):
    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        await ten_env.send_cmd(Cmd.create("flush"))
        [result, error] = await ten_env.send_cmd(Cmd.create("ask"))
        if error is None:
            ten_env.log_info(result.get_property_to_json("answer"))
