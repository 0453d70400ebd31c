"""What 0.9 has that ten_runtime has not: messages with the older way to say where one goes, and sends that report."""
from __future__ import annotations

from typing import Any

import ten_runtime
from ten_runtime.send_options import SendOptions

_REPORT = SendOptions(wait_for_result=True)

__all__ = ["AudioFrame", "Cmd", "CmdResult", "Data", "VideoFrame"]


class _Addressed:
    """Adds set_dest."""

    __slots__ = ()

    def set_dest(
        self, app_uri: str | None, graph_id: str | None, extension_group: str | None, extension: str | None
    ) -> ten_runtime.TenError | None:
        """Send this message to one place. Groups are no part of an address any more."""
        del extension_group
        return self.set_dests([ten_runtime.Loc(app_uri or "", graph_id or "", extension or "")])


class Cmd(_Addressed, ten_runtime.Cmd):
    """A command."""

    __slots__ = ()


class CmdResult(_Addressed, ten_runtime.CmdResult):
    """A result."""

    __slots__ = ()


class Data(_Addressed, ten_runtime.Data):
    """A one-way message with properties and a buffer."""

    __slots__ = ()


class AudioFrame(_Addressed, ten_runtime.AudioFrame):
    """A stretch of audio samples."""

    __slots__ = ()


class VideoFrame(_Addressed, ten_runtime.VideoFrame):
    """A picture."""

    __slots__ = ()


class Reporting:
    """Adds to an async env that a send says what became of the message."""

    __slots__ = ()

    async def send_data(self, data: Any) -> Any:
        """Send data; the error if it did not leave."""
        return await super().send_data(data, _REPORT)

    async def send_audio_frame(self, audio_frame: Any) -> Any:
        """Send an audio frame; the error if it did not leave."""
        return await super().send_audio_frame(audio_frame, _REPORT)

    async def send_video_frame(self, video_frame: Any) -> Any:
        """Send a video frame; the error if it did not leave."""
        return await super().send_video_frame(video_frame, _REPORT)
