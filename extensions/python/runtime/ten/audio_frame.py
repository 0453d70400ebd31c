"""The older AudioFrame."""
from __future__ import annotations

from typing import Any

from ten_runtime import audio_frame as _new
from ten_runtime.audio_frame import AudioFrameDataFmt

from .msg import BufferedMsg

__all__ = ["AudioFrame", "AudioFrameDataFmt"]


class AudioFrame(BufferedMsg, _new.AudioFrame):
    """A stretch of audio samples."""

    __slots__ = ()

    _kind_name = "audio_frame"

    def get_data_fmt(self) -> AudioFrameDataFmt:
        """How the channels lie in the buffer."""
        return AudioFrameDataFmt(super().get_data_fmt())

    def set_is_eof(self, is_eof: bool) -> None:
        """Say whether this is the last frame, under the name of 0.2."""
        self.set_eof(is_eof)

    def get_is_eof(self) -> bool:
        """Whether this is the last frame, under the name of 0.2."""
        return self.is_eof()

    def _take_fields(self, fields: dict[str, Any]) -> None:
        for name in ("timestamp", "sample_rate", "bytes_per_sample", "samples_per_channel", "data_fmt", "line_size"):
            if name in fields:
                getattr(self, f"set_{name}")(fields[name])
        if "number_of_channel" in fields:
            self.set_number_of_channels(fields["number_of_channel"])

    def _own_fields(self) -> dict[str, Any]:
        return {"timestamp": self.get_timestamp(), "sample_rate": self.get_sample_rate(), "bytes_per_sample": self.get_bytes_per_sample(),
                "samples_per_channel": self.get_samples_per_channel(), "number_of_channel": self.get_number_of_channels(),
                "data_fmt": int(self.get_data_fmt()), "buf": None, "line_size": self.get_line_size()}
