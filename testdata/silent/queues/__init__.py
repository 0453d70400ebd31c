"""It puts commands into a queue that nobody reads."""

import asyncio

from ten_runtime import Addon, AsyncExtension, AsyncTenEnv, Cmd, CmdResult, StatusCode, TenEnv, register_addon_as_extension


class Queues(AsyncExtension):
    async def on_init(self, ten_env: AsyncTenEnv) -> None:
        self.todo: asyncio.Queue[Cmd] = asyncio.Queue()

    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        await self.todo.put(cmd)  # the line

    async def work(self, ten_env: AsyncTenEnv) -> None:  # which on_start should have made a task of
        while True:
            cmd = await self.todo.get()
            await ten_env.return_result(CmdResult.create(StatusCode.OK, cmd))


@register_addon_as_extension("queues")
class QueuesAddon(Addon):
    def on_create_instance(self, ten_env: TenEnv, name: str, context: object) -> None:
        ten_env.on_create_instance_done(Queues(name), context)
