from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd, Data, Loc, TenError


class A(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        text, err = cmd.get_property_to_json(path="text")  # wrong
        data = Data.create("text")
        data.set_property_string(path="text", value=text)  # wrong
        data.set_dests([Loc(extension_name="b"), Loc("", "", "c"), Loc(None, "", "d")])  # wrong, wrong
        await ten_env.send_data(data)
        print(err or TenError.create(1, "no"))  # wrong
