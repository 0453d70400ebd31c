import asyncio


class A:
    def __init__(self) -> None:
        self.queue: asyncio.Queue = asyncio.Queue(10)

    async def run(self) -> None:
        print(await self.queue.get())  # wrong

    async def stop(self) -> None:
        await self.queue.put(None)
