from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd, Data, Loc, TenError, TenErrorCode

HERE = {"app_uri": "", "graph_id": ""}


class A(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        text, err = cmd.get_property_to_json("text")
        await ten_env.set_property_string(path="text", value=text)
        data = Data.create(name="text")
        data.set_dests([Loc("", "", "b"), Loc(app_uri="", graph_id="", extension_name="c"), Loc(extension_name="d", **HERE)])
        await ten_env.send_data(data)
        print(err or TenError.create(TenErrorCode.ErrorCodeGeneric, "no"))
