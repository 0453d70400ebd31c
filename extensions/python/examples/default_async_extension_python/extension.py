"""TEN's own example of an async extension, in the older API: each stage takes half a second, and a command is passed on."""

import asyncio

from ten import AsyncExtension, AsyncTenEnv, Cmd, CmdResult, StatusCode


class DefaultAsyncExtension(AsyncExtension):
    async def on_configure(self, ten_env: AsyncTenEnv) -> None:
        # Mock async operation, e.g. network, file I/O.
        await asyncio.sleep(0.5)

    async def on_init(self, ten_env: AsyncTenEnv) -> None:
        # Mock async operation, e.g. network, file I/O.
        await asyncio.sleep(0.5)

    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        # Mock async operation, e.g. network, file I/O.
        await asyncio.sleep(0.5)

    async def on_deinit(self, ten_env: AsyncTenEnv) -> None:
        # Mock async operation, e.g. network, file I/O.
        await asyncio.sleep(0.5)

    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        # Whatever goes wrong, the sender gets an answer.
        try:
            cmd_json = cmd.to_json()
            ten_env.log_debug(f"DefaultAsyncExtension on_cmd: {cmd_json}")

            # Mock async operation, e.g. network, file I/O.
            await asyncio.sleep(0.5)

            # Send a new command to other extensions and wait for the result. The
            # result will be returned to the original sender.
            new_cmd = Cmd.create("hello")
            cmd_result = await ten_env.send_cmd(new_cmd)
        except Exception as e:
            cmd_result = CmdResult.create(StatusCode.ERROR)
            cmd_result.set_property_string("detail", str(e))
        ten_env.return_result(cmd_result, cmd)
