"""The older VideoFrame."""
from __future__ import annotations

from typing import Any

from ten_runtime import video_frame as _new
from ten_runtime.video_frame import PixelFmt

from .msg import BufferedMsg

__all__ = ["VideoFrame", "PixelFmt"]


class VideoFrame(BufferedMsg, _new.VideoFrame):
    """A picture."""

    __slots__ = ()

    _kind_name = "video_frame"

    def get_pixel_fmt(self) -> PixelFmt:
        """How the pixels lie in the buffer."""
        return PixelFmt(super().get_pixel_fmt())

    def set_is_eof(self, is_eof: bool) -> None:
        """Say whether this is the last frame, under the name of 0.2."""
        self.set_eof(is_eof)

    def _take_fields(self, fields: dict[str, Any]) -> None:
        for name in ("pixel_fmt", "timestamp", "width", "height"):
            if name in fields:
                getattr(self, f"set_{name}")(fields[name])

    def _own_fields(self) -> dict[str, Any]:
        return {"pixel_fmt": int(self.get_pixel_fmt()), "timestamp": self.get_timestamp(), "width": self.get_width(),
                "height": self.get_height(), "buf": None}
