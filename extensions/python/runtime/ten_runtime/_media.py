"""What frames of sound and of pictures have in common."""

from __future__ import annotations

import struct
from typing import TypeVar

from ._buffer import Buffered
from ._field import whole
from .msg import _gone

_F = TypeVar("_F", bound="Media")


class Media(Buffered):
    """A frame: bytes in the buffer, numbers that say how to read them, a time, and whether it is the last one."""

    __slots__ = ("_timestamp", "_eof")

    _fields: struct.Struct  # the numbers as the connection has them

    _timestamp: int
    _eof: bool

    def _packed(self) -> bytes:
        """The frame fields as the connection has them."""
        raise NotImplementedError

    def _unpack(self, data: bytes, at: int) -> None:
        """Takes the frame fields that begin at a place in data."""
        raise NotImplementedError

    def get_timestamp(self) -> int:
        """When it was, in milliseconds by convention."""
        if self._name is None:
            raise _gone()
        return self._timestamp

    def set_timestamp(self, timestamp: int, /) -> None:
        """Sets it."""
        if self._name is None:
            raise _gone()
        self._timestamp = whole(timestamp, 64)

    def is_eof(self) -> bool:
        """Whether this is the last frame."""
        if self._name is None:
            raise _gone()
        return self._eof

    def set_eof(self, is_eof: bool, /) -> None:
        """Says whether this is the last frame."""
        if self._name is None:
            raise _gone()
        self._eof = bool(is_eof)

    def clone(self: _F) -> _F:
        """A copy with the same fields."""
        frame = super().clone()
        frame._unpack(self._packed(), 0)
        return frame
