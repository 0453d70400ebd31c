"""The floors: what it takes at least to speak to a process, and what a thread hop for each message takes.

``floor.py echo``: frames on file 3 are answered as they come: a loop that owns the socket, JSON, one write for each read.
``floor.py hop N AT_ONCE``: round trips of two coroutines on one loop through a thread, as a binding makes them that calls
run_coroutine_threadsafe for each message. Prints the nanoseconds they took.
"""

import asyncio
import json
import queue
import socket
import sys
import threading
import time


class Echo(asyncio.Protocol):
    def __init__(self, over):
        self.over, self.rest = over, b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        data, at, out = self.rest + data, 0, []
        while len(data) - at >= 4:
            size = int.from_bytes(data[at : at + 4], "little")
            if len(data) - at < size:
                break
            text = json.dumps({"text": json.loads(data[at + 4 : at + size])["name"]}).encode()
            out.append((len(text) + 4).to_bytes(4, "little") + text)
            at += size
        self.rest = data[at:]
        self.transport.write(b"".join(out))

    def connection_lost(self, problem):
        self.over.set()


async def echo():
    over = asyncio.Event()
    await asyncio.get_running_loop().create_connection(lambda: Echo(over), sock=socket.socket(fileno=3))
    await over.wait()


async def hop(n, at_once):
    loop, core = asyncio.get_running_loop(), queue.SimpleQueue()

    def run():
        while (job := core.get()) is not None:
            asyncio.run_coroutine_threadsafe(*job)

    async def answer(asked, text):
        core.put((settle(asked, {"text": text["name"]}), loop))

    async def settle(asked, value):
        asked.set_result(value)

    async def ask():
        nonlocal n
        while n > 0:
            n -= 1
            asked = loop.create_future()
            core.put((answer(asked, {"name": "Ada", "n": 42}), loop))
            await asked

    thread = threading.Thread(target=run)
    thread.start()
    began = time.perf_counter_ns()
    await asyncio.gather(*(ask() for _ in range(at_once)))
    print(time.perf_counter_ns() - began)
    core.put(None)
    thread.join()


asyncio.run(echo() if sys.argv[1] == "echo" else hop(int(sys.argv[2]), int(sys.argv[3])))
