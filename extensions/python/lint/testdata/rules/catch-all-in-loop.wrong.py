import asyncio


class A:
    def __init__(self) -> None:
        self.queue: asyncio.Queue = asyncio.Queue(10)

    async def run(self) -> None:
        while True:
            try:
                print(await self.queue.get())
            except Exception as e:  # wrong
                print(e)

    async def more(self) -> None:
        while True:
            try:
                print(await self.queue.get())
            except:  # wrong
                pass
