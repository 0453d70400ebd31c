from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd


class A(AsyncExtension):
    on_event = None

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.callback = None

    @property
    def ready(self) -> bool:
        return True

    def handle(self) -> None:
        pass

    def on_event(self) -> None:
        pass

    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        if cmd.get_name() == "hello" and self.ready and self.callback:
            print("a")
        table = {"a": self.handle}
        found = table.get("a")
        if found == self.handle or self.on_event:
            print("b")
        name = cmd.get_name
        print(name() == "a")
