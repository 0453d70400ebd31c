import asyncio


class A:
    def __init__(self) -> None:
        self.ready = False

    async def spin(self) -> None:
        while True:
            await asyncio.sleep(1)

    async def read(self, lines: list) -> None:
        while True:
            if not lines:
                break
            lines.pop()

    async def stream(self, source) -> None:
        while True:
            async for x in source:
                print(x)

    def plain(self) -> None:
        while not self.ready:
            pass
        while True:
            print("in a thread")
