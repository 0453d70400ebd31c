import json

from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd, CmdResult, Extension, StatusCode, TenEnv


class UnknownName(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        name = cmd.get_name()
        if name == "a":  # wrong
            await ten_env.return_result(CmdResult.create(StatusCode.OK, cmd))
        elif name == "b":
            await self.handle(ten_env, cmd)

    async def handle(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        await ten_env.return_result(CmdResult.create(StatusCode.OK, cmd))


class UnknownNameWithElse(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        if cmd.get_name() == "a":
            await ten_env.return_result(CmdResult.create(StatusCode.OK, cmd))
        else:
            ten_env.log_error(f"unknown: {cmd.get_name()}")  # wrong


class ReturnsEarly(Extension):
    def on_cmd(self, ten_env: TenEnv, cmd: Cmd) -> None:
        text, err = cmd.get_property_string("text")
        if err is not None:
            ten_env.log_error("no text")
            return  # wrong
        result = CmdResult.create(StatusCode.OK, cmd)
        result.set_property_string("text", text)
        ten_env.return_result(result)


class Caught(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        text, _ = cmd.get_property_string("json")
        try:
            asked = json.loads(text)
            result = CmdResult.create(StatusCode.OK, cmd)
            result.set_property_int("asked", len(asked))
            await ten_env.return_result(result)
        except ValueError as e:  # wrong
            ten_env.log_error(f"{e}")


class Matched(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        match cmd.get_name():  # wrong
            case "a":
                await ten_env.return_result(CmdResult.create(StatusCode.OK, cmd))
            case "b":
                ten_env.log_info("nothing to do")  # wrong


class ResultIsMadeAndForgotten(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        result = CmdResult.create(StatusCode.OK, cmd)
        if cmd.get_name() == "a":  # wrong
            result.set_property_bool("a", True)
        else:
            await ten_env.return_result(result)
