"""The loops of async extensions: one for the whole process, or one for each extension."""

from __future__ import annotations

import os
import sys
import threading
from enum import Enum
from typing import TYPE_CHECKING, Callable

from ._executor import Loop

if TYPE_CHECKING:
    from ._connection import Connection

_SHARED_NAME = "PythonGlobalMainThread"


class ThreadMode(str, Enum):
    """How many loops there are."""

    SINGLE_THREAD = "single_thread"
    MULTI_THREAD = "multi_thread"


class GlobalThreadManager:
    """Counts who uses the shared loop: it ends with the last."""

    _lock = threading.Lock()
    _mode: ThreadMode | None = None
    _loop: Loop | None = None
    _users = 0
    _ending: list[Loop] = []

    @classmethod
    def mode(cls) -> ThreadMode:
        """What TEN_PYTHON_THREAD_MODE says, read once."""
        if cls._mode is None:
            text = os.environ.get("TEN_PYTHON_THREAD_MODE", ThreadMode.SINGLE_THREAD.value)
            try:
                cls._mode = ThreadMode(text)
            except ValueError:
                print(f"TEN_PYTHON_THREAD_MODE={text} is unknown: single_thread and multi_thread are; taking single_thread", file=sys.stderr)
                cls._mode = ThreadMode.SINGLE_THREAD
        return cls._mode

    @classmethod
    def acquire(cls, connection: Connection, name: str) -> tuple[Loop, Callable[[], None]]:
        """A loop for the async extension of a name, and how to give it back."""
        if cls.mode() is ThreadMode.MULTI_THREAD:
            own = Loop(connection, f"AsyncExtension-{name}")
            return own, lambda: cls._end(own)
        with cls._lock:
            if cls._loop is None:
                cls._loop = Loop(connection, _SHARED_NAME, reads=True)
                cls._users = 0
            cls._users += 1
            return cls._loop, cls._release

    @classmethod
    def _release(cls) -> None:
        with cls._lock:
            cls._users -= 1
            loop = cls._loop if cls._users == 0 else None
            if loop is not None:
                cls._loop = None
        if loop is not None:
            cls._end(loop)

    @classmethod
    def _end(cls, loop: Loop) -> None:
        cls._ending.append(loop)
        loop.stop()

    @classmethod
    def settle(cls, seconds: float = 1.0) -> None:
        """Waits for the loops that end: what they cancel may want to say something."""
        while cls._ending:
            cls._ending.pop().join(seconds)

    @classmethod
    def _forked(cls) -> None:
        cls._lock = threading.Lock()
        cls._loop = None
        cls._users = 0


os.register_at_fork(after_in_child=GlobalThreadManager._forked)
