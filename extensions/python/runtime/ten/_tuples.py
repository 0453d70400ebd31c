"""The messages of 0.9: those of ten_runtime, with the older way to say where one goes."""
from __future__ import annotations

import ten_runtime

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
