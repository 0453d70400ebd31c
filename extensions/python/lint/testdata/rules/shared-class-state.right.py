import asyncio
import threading
from dataclasses import dataclass, field

from pydantic import BaseModel

from ten_runtime import AsyncExtension, AsyncTenEnv, Data


class A(AsyncExtension):
    NAMES = ["a", "b"]
    queue: asyncio.Queue = None
    seen: list = []
    lock = asyncio.Lock()
    made_once = threading.Lock()

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.queue = asyncio.Queue(10)
        self.seen = []
        self.lock = asyncio.Lock()

    async def on_data(self, ten_env: AsyncTenEnv, data: Data) -> None:
        self.seen.append(data.get_name())
        with self.made_once:
            print(self.NAMES[0])


class Params(BaseModel):
    values: dict = {}

    def put(self) -> None:
        self.values["a"] = 1


@dataclass
class State:
    values: dict = field(default_factory=dict)
