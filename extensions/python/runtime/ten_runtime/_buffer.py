"""Messages that carry bytes."""

from __future__ import annotations

from typing import TypeVar

from .msg import Msg, _gone

_B = TypeVar("_B", bound="Buffered")


def _begins(view: memoryview) -> bool:
    """Whether a view begins where its object does, and is not empty."""
    if not view.nbytes or not view.contiguous:
        return False
    if view.nbytes == memoryview(view.obj).nbytes:
        return True
    import ctypes  # only for views of a part: nothing else says where they begin

    return ctypes.addressof(ctypes.c_char.from_buffer(view)) == ctypes.addressof(ctypes.c_char.from_buffer(view.obj))


class Buffered(Msg):
    """A message with a buffer. ``lock_buf`` shows it as it is, ``get_buf`` copies it. Locked it cannot be sent."""

    __slots__ = ("_buf", "_locks")

    _again = False  # whether a second alloc_buf makes a new buffer
    _missing: type[Exception] = SystemError  # what is raised when there is no buffer, or not that one

    _buf: bytes | bytearray | memoryview | None  # a memoryview: of what was received, to read
    _locks: int

    @classmethod
    def create(cls: type[_B], name: str) -> _B:
        """A new message without a buffer."""
        msg = cls._make(name)
        msg._buf = None
        msg._locks = 0
        msg._fresh()
        return msg

    def _fresh(self) -> None:
        """Gives the fields of a frame their defaults."""

    def alloc_buf(self, size: int, /) -> None:
        """Makes a buffer of so many bytes."""
        if self._name is None:
            raise _gone()
        if not isinstance(size, int) or not 0 < size < 2**31:
            raise ValueError("the size of a buffer must be an int from 1 to 2147483647")
        if self._buf is None or self._again:
            self._buf = bytearray(size)

    def lock_buf(self) -> memoryview:
        """The buffer itself, to read and write until unlock_buf."""
        if self._name is None:
            raise _gone()
        if self._buf is None:
            raise self._missing(f"Failed to lock buffer in {self._type}.")
        if type(self._buf) is not bytearray:
            self._buf = bytearray(self._buf)
        self._locks += 1
        return memoryview(self._buf)

    def unlock_buf(self, buf: memoryview, /) -> None:
        """Ends a lock."""
        if self._name is None:
            raise _gone()
        if not isinstance(buf, memoryview):
            raise TypeError("unlock_buf takes the memoryview that lock_buf returned")
        if not self._locks or buf.obj is not self._buf or not _begins(buf):
            raise self._missing(f"Failed to unlock buffer in {self._type}.")
        self._locks -= 1

    def get_buf(self) -> bytearray:
        """A copy of the buffer."""
        if self._name is None:
            raise _gone()
        return self._copied()

    def _copied(self) -> bytearray:
        if self._buf is None:
            raise SystemError("Failed to get buffer.")
        return bytearray(self._buf)

    def clone(self: _B) -> _B:
        """A copy with a buffer of its own, which is not locked."""
        msg = super().clone()
        msg._buf = None if self._buf is None else bytes(self._buf)
        msg._locks = 0
        return msg

    def _taken(self) -> None:
        super()._taken()
        self._buf = None
