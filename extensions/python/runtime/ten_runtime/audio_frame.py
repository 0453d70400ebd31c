"""Audio frames."""

from __future__ import annotations

import struct
from enum import IntEnum

from ._field import whole
from ._media import Media
from .msg import _gone


class AudioFrameDataFmt(IntEnum):
    """How the channels lie in the buffer."""

    INTERLEAVE = 1
    NON_INTERLEAVE = 2


class AudioFrame(Media):
    """Sound: samples in the buffer, and the numbers that say how to read them. Nothing checks one against the other."""

    __slots__ = ("_sample_rate", "_bytes_per_sample", "_samples_per_channel", "_channels", "_channel_layout", "_data_fmt", "_line_size")

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

    _sample_rate: int
    _bytes_per_sample: int
    _samples_per_channel: int
    _channels: int
    _channel_layout: int
    _data_fmt: int
    _line_size: int

    def _fresh(self) -> None:
        self._timestamp = self._sample_rate = self._bytes_per_sample = self._samples_per_channel = 0
        self._channels = self._channel_layout = self._line_size = 0
        self._data_fmt = AudioFrameDataFmt.INTERLEAVE.value
        self._eof = False

    def _packed(self) -> bytes:
        return self._fields.pack(self._timestamp, self._sample_rate, self._bytes_per_sample, self._samples_per_channel, self._channels, self._channel_layout, self._data_fmt, self._line_size, self._eof)

    def _unpack(self, data: bytes, at: int) -> None:
        self._timestamp, self._sample_rate, self._bytes_per_sample, self._samples_per_channel, self._channels, self._channel_layout, self._data_fmt, self._line_size, eof = self._fields.unpack_from(data, at)
        self._eof = eof != 0

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
