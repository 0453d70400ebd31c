"""Video frames."""

from __future__ import annotations

import struct
from enum import IntEnum

from ._field import whole
from ._media import Media
from .msg import _gone


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


class VideoFrame(Media):
    """A picture: pixels in the buffer, and the numbers that say how to read them."""

    __slots__ = ("_width", "_height", "_pixel_fmt")

    _kind = 5
    _type = "video_frame"
    _fields = struct.Struct("<qiiiB4x")
    _readable = {"pixel_fmt": "_pixel_fmt", "timestamp": "_timestamp", "width": "_width", "height": "_height", "is_eof": "_eof"}

    _width: int
    _height: int
    _pixel_fmt: int

    def _fresh(self) -> None:
        self._timestamp = self._width = self._height = 0
        self._pixel_fmt = PixelFmt.RGBA.value
        self._eof = False

    def _packed(self) -> bytes:
        return self._fields.pack(self._timestamp, self._width, self._height, self._pixel_fmt, self._eof)

    def _unpack(self, data: bytes, at: int) -> None:
        self._timestamp, self._width, self._height, self._pixel_fmt, eof = self._fields.unpack_from(data, at)
        self._eof = eof != 0

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
