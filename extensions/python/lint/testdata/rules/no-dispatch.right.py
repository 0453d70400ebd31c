from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd, CmdResult, StatusCode


class A(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        if cmd.get_name() == "hello":
            await ten_env.return_result(CmdResult.create(StatusCode.OK, cmd))


class B(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        await self._dispatch(ten_env, cmd)

    async def _dispatch(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        print(cmd.get_name())
