import json

from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd, CmdResult, StatusCode


class A(AsyncExtension):
    async def on_init(self, ten_env: AsyncTenEnv) -> None:
        greeting, err = await ten_env.get_property_string("greeting")
        if err is None and greeting == "hello":
            print(greeting.upper())
        there = await ten_env.is_property_exist("greeting")
        if there[0] and (await ten_env.is_property_exist("a"))[0]:
            print("a")
        pair = await ten_env.get_property_to_json("")
        text = pair[0]
        print(json.loads(text), pair)
        value = await ten_env.get_property_string("a")
        value = value[0]
        if value == "a":
            print("b")
        self.limit, _ = await ten_env.get_property_int("limit")
        if self.limit > 3:
            print("c")
        other = await ten_env.get_property_int("b")
        if isinstance(other, tuple):
            other = other[0]
        if pair == ("", None):
            print("d")

    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        text, _ = cmd.get_property_string("text")
        [result, error] = await ten_env.send_cmd(Cmd.create("b"))
        if error or result is None:
            return
        print(text.upper(), result.get_status_code())
        await ten_env.return_result(CmdResult.create(StatusCode.OK, cmd))
