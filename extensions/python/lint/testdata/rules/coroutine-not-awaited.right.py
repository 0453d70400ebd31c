import asyncio
import contextlib

from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd, CmdResult, Data, StatusCode


class A(AsyncExtension):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.queue: asyncio.Queue = asyncio.Queue(10)

    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        self.task = asyncio.create_task(self._work())
        await asyncio.gather(self._work(), self._work())
        await asyncio.wait_for(self._work(), 1)
        later = self._work()
        await later
        self.queue.put_nowait(None)
        async with self._open() as x:
            print(x)
        asyncio.run_coroutine_threadsafe(self._work(), asyncio.get_running_loop())

    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        await ten_env.send_data(Data.create("a"))
        async for result, error in ten_env.send_cmd_ex(Cmd.create("b")):
            print(result, error)
        await ten_env.return_result(CmdResult.create(StatusCode.OK, cmd))
        ten_env.log_info("done")

    def plain(self) -> object:
        return self._work()

    async def _work(self) -> None:
        pass

    @contextlib.asynccontextmanager
    async def _open(self):
        yield 1
