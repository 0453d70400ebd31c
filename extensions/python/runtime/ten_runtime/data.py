"""Data: a message that wants no answer."""

from __future__ import annotations

from ._buffer import Buffered


class Data(Buffered):
    """A message with properties and, if it was allocated, a buffer."""

    __slots__ = ()

    _kind = 3
    _type = "data"

    def _copied(self) -> bytearray:
        return bytearray() if self._buf is None else bytearray(self._buf)
