import asyncio
import threading
from asyncio import Lock

from ten_runtime import AsyncExtension, AsyncTenEnv, Data


class A(AsyncExtension):
    queue = asyncio.Queue()  # wrong
    done: asyncio.Event = asyncio.Event()  # wrong
    lock = Lock()  # wrong
    guard = threading.Condition()  # wrong
    seen = []  # wrong
    by_name: dict = dict()  # wrong

    async def on_data(self, ten_env: AsyncTenEnv, data: Data) -> None:
        self.seen.append(data.get_name())
        self.by_name[data.get_name()] = 1
