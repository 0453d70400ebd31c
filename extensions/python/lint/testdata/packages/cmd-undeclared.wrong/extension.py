from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd, CmdResult, StatusCode

from .const import CMD_DRAIN, CMD_STOP


class Quiet(AsyncExtension):
    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        await ten_env.send_cmd(Cmd.create("begin"))  # wrong
        await ten_env.send_cmd(Cmd.create("on_flushd"))  # wrong

    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        name = cmd.get_name()
        status = StatusCode.OK
        if name == "flush" or name == CMD_DRAIN:
            await ten_env.send_cmd(Cmd.create("on_flushed"))
        elif name in ("drain", "pause"):  # wrong
            ten_env.log_info("pause")
        elif CMD_STOP == name:  # wrong
            ten_env.log_info("stop")
        else:
            status = StatusCode.ERROR
        await ten_env.return_result(CmdResult.create(status, cmd))
