import asyncio

from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd, CmdResult, Data


class A(AsyncExtension):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.done = asyncio.Event()

    def is_ready(self) -> bool:
        return True

    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        if cmd.get_name == "hello":  # wrong
            print("a")
        name = cmd.get_name
        if name == "hello":  # wrong
            print("b")
        result, err = await ten_env.send_cmd(Cmd.create("b"))
        if err and err.error_code == 1:  # wrong
            print(f"{err.error_message}")  # wrong
        if result and result.is_final:  # wrong
            print("c")
        if self.is_ready and not self.done.is_set:  # wrong, wrong
            print("d")
        async for part, _ in ten_env.send_cmd_ex(Cmd.create("c")):
            if part.is_completed:  # wrong
                break

    async def on_data(self, ten_env: AsyncTenEnv, data: Data) -> None:
        kind = "a" if data.get_name in ("x", "y") else "b"  # wrong
        print(kind)


def use(result: CmdResult) -> None:
    while not result.is_final:  # wrong
        pass
