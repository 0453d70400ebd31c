"""Waiting for the first result of a command, as until 0.4."""
from __future__ import annotations

from typing import Any

from ten_runtime._port import Awaited


class First(Awaited):
    """Waits for the first result, be it the last or not. Those that come later are dropped."""

    __slots__ = ()

    def result(self, result: Any) -> None:
        if not self.future.done() or self.future.cancelled() and result._completed:
            self._set((result, None))
