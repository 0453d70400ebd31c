"""How many log lines a process may write. The engine would drop what is more, but to write and to read it costs the others."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from . import _frame, _lint

if TYPE_CHECKING:
    from ._connection import Connection

AT_EASE = 500  # lines; those that come beyond at once wait a little now and then, as where a pipe is full
AT_ONCE = 5000  # lines; what comes by fits and starts is kept
A_SECOND = 1000  # lines, from then on: nobody can read more
PIECE = 64  # lines from one wait to the next
WAIT = 0.001  # seconds
WAITING = 20000  # frames that wait for the engine to read: then no line is added
TOLD_AFTER = 1_000_000_000  # nanoseconds from the first line that was dropped

_ERROR = 4


class _Room:
    """A token bucket."""

    def __init__(self) -> None:
        self.left = float(AT_ONCE)
        self._since = time.monotonic_ns()

    def take(self) -> bool:
        """Whether there is room for one more."""
        now = time.monotonic_ns()
        self.left = min(float(AT_ONCE), self.left + (now - self._since) * A_SECOND / 1e9)
        self._since = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


class Flood:
    """Says which lines are written, counts those that are not, and tells how many these were.

    Errors have room of their own: no flood of other lines costs one of them. Threads that meet may get a line more through.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._errors, self._others = _Room(), _Room()
        self._lock = threading.RLock()  # a finalizer may print while its thread counts
        self._hurried = 0  # lines that came too fast
        self.dropped = 0  # since this was told
        self._dropped_errors = 0  # of these
        self._first: tuple[int, int, dict[str, Any]] = (0, 0, {})  # when, of whom, and what was dropped first

    def admits(self, node: int, line: dict[str, Any]) -> bool:
        """Whether the line is to be written."""
        error = line["level"] >= _ERROR
        room = self._errors if error else self._others
        admitted = room.take() and len(self._connection.out) <= WAITING * (1 + error)
        if not admitted:
            self._drop(node, line, error)
        if room.left < AT_ONCE - AT_EASE:
            self._hurried += 1
            if self._hurried % PIECE == 0:
                time.sleep(WAIT)  # in which others get the processor
        return admitted

    def _drop(self, node: int, line: dict[str, Any], error: bool) -> None:
        with self._lock:
            self.dropped += 1
            self._dropped_errors += error
            if self.dropped == 1:
                self._first = time.monotonic_ns(), node, line
                self._connection.wake()  # to look at the clock from now on

    def wait(self, timeout: float | None) -> float | None:
        """The milliseconds that the reading thread may sleep, of those that it wants to."""
        if not self.dropped:
            return timeout
        due = max(0.0, (self._first[0] + TOLD_AFTER - time.monotonic_ns()) / 1e6)
        return due if timeout is None else min(due, timeout)

    def tick(self) -> None:
        """Tells what was dropped, if it is time."""
        if self.dropped and time.monotonic_ns() - self._first[0] >= TOLD_AFTER:
            self.tell()

    def tell(self) -> None:
        """Tells what was dropped, at the place of the first of it."""
        with self._lock:
            (_, node, line), lines, errors = self._first, self.dropped, self._dropped_errors
            self.dropped = self._dropped_errors = 0
        if not lines:
            return
        among = f", {errors} of them errors" if errors else ""
        text = f"{lines} lines of output were dropped{among}: no more than {AT_ONCE} at once and {A_SECOND} a second are taken"
        told = {"level": 3, "text": text, "id": line["id"], "source": line["source"]}
        self._connection.soon(_frame.made(_frame.LOG, node, told))
        if self._connection.lints:
            _lint.flood(self._connection, node, text, line["source"])
