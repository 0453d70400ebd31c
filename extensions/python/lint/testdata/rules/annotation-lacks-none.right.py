from __future__ import annotations

import asyncio

from ten_runtime import AsyncExtension


class A(AsyncExtension):
    loop: asyncio.AbstractEventLoop | None = None
    other: asyncio.AbstractEventLoop
