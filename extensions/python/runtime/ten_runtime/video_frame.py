"""Video frames."""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import TypeVar

from ._buffer import Buffered
from ._field import whole
from .msg import _gone

_F = TypeVar("_F", bound="VideoFrame")


class PixelFmt(IntEnum):
    """How a pixel lies in the buffer."""

    RGB24 = 1
    RGBA = 2
    BGR24 = 3
    BGRA = 4
    I422 = 5
    I420 = 6
    NV21 = 7
    NV12 = 8


class VideoFrame(Buffered):
    """A picture: pixels in the buffer, and the numbers that say how to read them."""

    __slots__ = ("_timestamp", "_width", "_height", "_pixel_fmt", "_eof")

    _kind = 5
    _type = "video_frame"
    _fields = struct.Struct("<qiiiB4x")
    _readable = {"pixel_fmt": "_pixel_fmt", "timestamp": "_timestamp", "width": "_width", "height": "_height", "is_eof": "_eof"}

    _timestamp: int
    _width: int
    _height: int
    _pixel_fmt: int
    _eof: bool

    def _fresh(self) -> None:
        self._timestamp = self._width = self._height = 0
        self._pixel_fmt = PixelFmt.RGBA.value
        self._eof = False

    def _packed(self) -> bytes:
        """The frame fields as the connection has them."""
        return self._fields.pack(self._timestamp, self._width, self._height, self._pixel_fmt, self._eof)

    def _unpack(self, data: bytes, at: int) -> None:
        """Takes the frame fields that begin at a place in data."""
        self._timestamp, self._width, self._height, self._pixel_fmt, eof = self._fields.unpack_from(data, at)
        self._eof = eof != 0

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

    def get_width(self) -> int:
        """Pixels in a row."""
        if self._name is None:
            raise _gone()
        return self._width

    def set_width(self, width: int, /) -> None:
        """Sets it."""
        if self._name is None:
            raise _gone()
        self._width = whole(width, 32)

    def get_height(self) -> int:
        """Rows."""
        if self._name is None:
            raise _gone()
        return self._height

    def set_height(self, height: int, /) -> None:
        """Sets it."""
        if self._name is None:
            raise _gone()
        self._height = whole(height, 32)

    def get_pixel_fmt(self) -> int:
        """The number of a PixelFmt."""
        if self._name is None:
            raise _gone()
        return self._pixel_fmt

    def set_pixel_fmt(self, pixel_fmt: int, /) -> None:
        """Sets it."""
        if self._name is None:
            raise _gone()
        self._pixel_fmt = whole(pixel_fmt, 32)

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
        frame._timestamp = self._timestamp
        frame._width = self._width
        frame._height = self._height
        frame._pixel_fmt = self._pixel_fmt
        frame._eof = self._eof
        return frame
