from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd, CmdResult, Data, StatusCode

from .const import CMD_DRAIN


class Quiet(AsyncExtension):
    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        await ten_env.send_cmd(Cmd.create("on_flushed"))
        await ten_env.send_cmd(Cmd.create("drained"))
        await ten_env.send_cmd(Cmd.create(self.name))
        await ten_env.send_data(Data.create("anything"))

    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        text, _ = cmd.get_property_string("mode")
        status = StatusCode.OK
        if cmd.get_name() != "other" and text == "slow":
            ten_env.log_info("slow")
        match cmd.get_name():
            case "flush":
                ten_env.log_info("flush")
            case _ if cmd.get_name() == CMD_DRAIN:
                ten_env.log_info("drain")
            case _:
                status = StatusCode.ERROR
        await ten_env.return_result(CmdResult.create(status, cmd))

    async def on_data(self, ten_env: AsyncTenEnv, data: Data) -> None:
        if data.get_name() == "speech":
            ten_env.log_info("speech")
