import asyncio

from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd, CmdResult, Data, StatusCode


async def fetch() -> str:
    return "a"


class A(AsyncExtension):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.queue: asyncio.Queue = asyncio.Queue(10)
        self.done = asyncio.Event()

    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        asyncio.sleep(1)  # wrong
        self._work()  # wrong
        fetch()  # wrong
        self.done.wait()  # wrong
        value, err = ten_env.get_property_string("a")
        ready = self._ready()
        if ready:  # wrong
            ten_env.log_info(f"{fetch()}")  # wrong
        if self._ready():  # wrong
            self.queue.put(None)  # wrong

    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        ten_env.send_data(Data.create("a"))  # wrong
        ten_env.send_cmd_ex(Cmd.create("b"))  # wrong
        ten_env.return_result(CmdResult.create(StatusCode.OK, cmd))  # wrong

    def plain(self) -> None:
        self.queue.join()  # wrong

    async def _work(self) -> None:
        pass

    async def _ready(self) -> bool:
        return True
