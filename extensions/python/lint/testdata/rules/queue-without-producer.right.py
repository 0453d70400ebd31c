import asyncio


class A:
    def __init__(self) -> None:
        self.queue: asyncio.Queue = asyncio.Queue(10)
        self.given: asyncio.Queue = asyncio.Queue(10)
        self.client = Client(self.given)

    async def run(self) -> None:
        print(await self.queue.get())
        print(await self.given.get())

    async def feed(self, value: int) -> None:
        await self.queue.put(value)


class Client:
    def __init__(self, out: asyncio.Queue) -> None:
        self.out = out
