import json

from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd, CmdResult, StatusCode


class A(AsyncExtension):
    async def on_init(self, ten_env: AsyncTenEnv) -> None:
        greeting = await ten_env.get_property_string("greeting")
        ten_env.log_info(greeting.upper())  # wrong
        ten_env.log_info(f"{greeting}")  # wrong
        if greeting == "hello":  # wrong
            print("a")
        if await ten_env.is_property_exist("greeting"):  # wrong
            print("b")
        if not await ten_env.is_property_exist("greeting"):  # wrong
            print("c")
        print(json.loads(await ten_env.get_property_to_json("")))  # wrong
        print((await ten_env.get_property_int("n")) + 1)  # wrong
        self.limit = await ten_env.get_property_int("limit")

    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        text = cmd.get_property_string("text")
        print(text or "none", "a" + text)  # wrong, wrong
        if self.limit > 3:  # wrong
            print("d")
        answer = await ten_env.send_cmd(Cmd.create("b"))
        print(answer.get_status_code())  # wrong
        await ten_env.return_result(answer)  # wrong
        result = CmdResult.create(StatusCode.OK, cmd)
        result.set_property_string("text", text)  # wrong
