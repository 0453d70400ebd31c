import asyncio


class A:
    def __init__(self) -> None:
        self.queue: asyncio.Queue = asyncio.Queue(maxsize=10)
        self.other: asyncio.Queue = asyncio.Queue(10)
