import asyncio

from ten_runtime import AsyncExtension


class A(AsyncExtension):
    loop: asyncio.AbstractEventLoop = None  # wrong
