"""TEN's own example of a queue with one consumer, in the older API: what comes is handled one after the other."""

from __future__ import annotations

import asyncio

from ten import AsyncExtension, AsyncTenEnv, Cmd, CmdResult, StatusCode


class QueueAsyncExtension(AsyncExtension):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.queue: asyncio.Queue[Cmd | None] = asyncio.Queue()
        self.consumer: asyncio.Task[None] | None = None

    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        self.ten_env = ten_env
        self.consumer = asyncio.create_task(self._consume())

    async def on_stop(self, ten_env: AsyncTenEnv) -> None:
        # What is in the queue is handled before its end is seen.
        await self.queue.put(None)
        if self.consumer is not None:
            await self.consumer

    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        await self.queue.put(cmd)

    async def _consume(self) -> None:
        while True:
            value = await self.queue.get()
            if value is None:
                self.ten_env.log_info("async loop exit")
                break

            # The loop goes on after a value that cannot be handled.
            try:
                result = CmdResult.create(StatusCode.OK)
                result.set_property_string("handled", value.get_name())
            except Exception as e:
                self.ten_env.log_error(f"Failed to handle {e}")
                result = CmdResult.create(StatusCode.ERROR)
                result.set_property_string("detail", str(e))
            self.ten_env.return_result(result, value)
