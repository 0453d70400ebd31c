"""What is being done: what is sent, logged and started meanwhile names it."""

from __future__ import annotations

import contextvars
import time
from typing import Any


class Work:
    """One callback that runs: of a message, then ``id`` is its delivery, or of the lifecycle."""

    __slots__ = ("id", "node", "callback", "name", "since", "task")

    def __init__(self, id: int, node: Any, callback: str, name: str) -> None:
        self.id = id
        self.node = node
        self.callback = callback
        self.name = name
        self.since = time.monotonic_ns()
        self.task: Any = None

    @property
    def what(self) -> str:
        """on_start, on_cmd hello."""
        return f"{self.callback} {self.name}" if self.name else self.callback


NOTHING = Work(0, None, "", "")

# Tasks inherit it from the handler that made them.
work: contextvars.ContextVar[Work] = contextvars.ContextVar("ten_work", default=NOTHING)
