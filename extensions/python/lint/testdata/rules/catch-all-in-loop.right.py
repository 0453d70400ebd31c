import asyncio


class A:
    def __init__(self) -> None:
        self.queue: asyncio.Queue = asyncio.Queue(10)

    async def run(self) -> None:
        while True:
            value = await self.queue.get()
            try:
                print(value)
            except Exception as e:
                print(e)

    async def more(self) -> None:
        while True:
            try:
                print(await self.queue.get())
            except ValueError as e:
                print(e)
            except Exception:
                await asyncio.sleep(1)
