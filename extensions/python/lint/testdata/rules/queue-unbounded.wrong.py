import asyncio


class A:
    def __init__(self) -> None:
        self.queue: asyncio.Queue = asyncio.Queue()  # wrong
