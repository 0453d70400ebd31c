"""The older AsyncExtension."""
from __future__ import annotations

import asyncio
import functools
from typing import Any

from ten_runtime import async_extension as _new

from . import _era
from ._faces import faces
from .async_ten_env import AsyncTenEnv

__all__ = ["AsyncExtension"]

_STAGES = ("configure", "init", "start", "stop", "deinit")


class AsyncExtension(_new.AsyncExtension):
    """An async extension. A lifecycle stage ends with its coroutine; in the era 0.3 it also wants to be told with *_done."""

    _env_class = AsyncTenEnv
    _may_be_cancelled = True  # until 0.9 only an Exception was fatal

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        era = _era.of_module(cls.__module__)
        cls._env_class, cls._message_classes = faces(era, AsyncTenEnv)
        if era == _era.OLD:
            for stage in _STAGES:
                if f"on_{stage}" in vars(cls):
                    setattr(cls, f"on_{stage}", _told(stage, vars(cls)[f"on_{stage}"]))


def _told(stage: str, callback: Any) -> Any:
    """A lifecycle coroutine of 0.3. The stage is over when on_STAGE_done was called, by whomever: the coroutine may go on."""

    @functools.wraps(callback)
    async def wrapped(self: Any, ten_env: AsyncTenEnv) -> None:
        loop, done = asyncio.get_running_loop(), asyncio.Event()

        def told(which: str) -> None:
            if which == stage:
                loop.call_soon_threadsafe(done.set)

        ten_env._stage_done = told
        running, waiting = asyncio.ensure_future(callback(self, ten_env)), asyncio.ensure_future(done.wait())
        try:
            await asyncio.wait((running, waiting), return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                running.result()
                await waiting
        finally:
            waiting.cancel()

    return wrapped
