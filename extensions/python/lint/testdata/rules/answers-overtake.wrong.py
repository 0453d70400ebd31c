import asyncio

from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd, CmdResult, StatusCode


class A(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        await asyncio.sleep(0.5)  # wrong
        await ten_env.return_result(CmdResult.create(StatusCode.OK, cmd))
