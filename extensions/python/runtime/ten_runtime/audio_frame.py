"""Audio frames."""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import TypeVar

from ._buffer import Buffered
from ._field import whole
from .msg import _gone

_F = TypeVar("_F", bound="AudioFrame")


class AudioFrameDataFmt(IntEnum):
    """How the channels lie in the buffer."""

    INTERLEAVE = 1
    NON_INTERLEAVE = 2


class AudioFrame(Buffered):
    """Sound: samples in the buffer, and the numbers that say how to read them. Nothing checks one against the other."""

    __slots__ = ("_timestamp", "_sample_rate", "_bytes_per_sample", "_samples_per_channel", "_channels", "_channel_layout", "_data_fmt", "_line_size", "_eof")

    _kind = 4
    _type = "audio_frame"
    _again = True
    _missing = RuntimeError
    _fields = struct.Struct("<qiiiiQiiB4x")
    _readable = {
        "timestamp": "_timestamp",
        "sample_rate": "_sample_rate",
        "bytes_per_sample": "_bytes_per_sample",
        "samples_per_channel": "_samples_per_channel",
        "number_of_channel": "_channels",
        "channel_layout": "_channel_layout",
        "data_fmt": "_data_fmt",
        "line_size": "_line_size",
        "is_eof": "_eof",
    }

    _timestamp: int
    _sample_rate: int
    _bytes_per_sample: int
    _samples_per_channel: int
    _channels: int
    _channel_layout: int
    _data_fmt: int
    _line_size: int
    _eof: bool

    def _fresh(self) -> None:
        self._timestamp = self._sample_rate = self._bytes_per_sample = self._samples_per_channel = 0
        self._channels = self._channel_layout = self._line_size = 0
        self._data_fmt = AudioFrameDataFmt.INTERLEAVE.value
        self._eof = False

    def _packed(self) -> bytes:
        """The frame fields as the connection has them."""
        return self._fields.pack(self._timestamp, self._sample_rate, self._bytes_per_sample, self._samples_per_channel, self._channels, self._channel_layout, self._data_fmt, self._line_size, self._eof)

    def _unpack(self, data: bytes, at: int) -> None:
        """Takes the frame fields that begin at a place in data."""
        self._timestamp, self._sample_rate, self._bytes_per_sample, self._samples_per_channel, self._channels, self._channel_layout, self._data_fmt, self._line_size, eof = self._fields.unpack_from(data, at)
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

    def get_sample_rate(self) -> int:
        """Samples per second."""
        if self._name is None:
            raise _gone()
        return self._sample_rate

    def set_sample_rate(self, sample_rate: int, /) -> None:
        """Sets it."""
        if self._name is None:
            raise _gone()
        self._sample_rate = whole(sample_rate, 32, TypeError)

    def get_bytes_per_sample(self) -> int:
        """Bytes of one sample."""
        if self._name is None:
            raise _gone()
        return self._bytes_per_sample

    def set_bytes_per_sample(self, bytes_per_sample: int, /) -> None:
        """Sets it."""
        if self._name is None:
            raise _gone()
        self._bytes_per_sample = whole(bytes_per_sample, 32, TypeError)

    def get_samples_per_channel(self) -> int:
        """Samples of each channel."""
        if self._name is None:
            raise _gone()
        return self._samples_per_channel

    def set_samples_per_channel(self, samples_per_channel: int, /) -> None:
        """Sets it."""
        if self._name is None:
            raise _gone()
        self._samples_per_channel = whole(samples_per_channel, 32, TypeError)

    def get_number_of_channels(self) -> int:
        """Channels."""
        if self._name is None:
            raise _gone()
        return self._channels

    def set_number_of_channels(self, number_of_channels: int, /) -> None:
        """Sets it."""
        if self._name is None:
            raise _gone()
        self._channels = whole(number_of_channels, 32, TypeError)

    def get_data_fmt(self) -> int:
        """The number of an AudioFrameDataFmt."""
        if self._name is None:
            raise _gone()
        return self._data_fmt

    def set_data_fmt(self, data_fmt: int, /) -> None:
        """Sets it."""
        if self._name is None:
            raise _gone()
        self._data_fmt = whole(data_fmt, 32, TypeError)

    def get_line_size(self) -> int:
        """Bytes of one line."""
        if self._name is None:
            raise _gone()
        return self._line_size

    def set_line_size(self, line_size: int, /) -> None:
        """Sets it."""
        if self._name is None:
            raise _gone()
        self._line_size = whole(line_size, 32, TypeError)

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
        frame._sample_rate = self._sample_rate
        frame._bytes_per_sample = self._bytes_per_sample
        frame._samples_per_channel = self._samples_per_channel
        frame._channels = self._channels
        frame._channel_layout = self._channel_layout
        frame._data_fmt = self._data_fmt
        frame._line_size = self._line_size
        frame._eof = self._eof
        return frame
