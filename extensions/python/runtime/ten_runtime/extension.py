"""Extensions whose callbacks are plain functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .audio_frame import AudioFrame
from .cmd import Cmd
from .data import Data
from .ten_env import TenEnv
from .video_frame import VideoFrame

if TYPE_CHECKING:
    from .msg import Msg


class Extension:
    """An extension whose callbacks run one after another on the thread of its group. A lifecycle callback is over when its
    ``ten_env.on_..._done()`` was called, then or later, from any thread."""

    # The types of what a subclass is given; another API on top of this one has its own.
    _env_class: type[TenEnv] = TenEnv
    _message_classes: dict[str, type[Msg]] = {}

    def __init__(self, name: str) -> None:
        pass

    def on_configure(self, ten_env: TenEnv) -> None:
        """First: properties may be given here."""
        ten_env.on_configure_done()

    def on_init(self, ten_env: TenEnv) -> None:
        """Properties are there. When this is done messages are delivered."""
        ten_env.on_init_done()

    def on_start(self, ten_env: TenEnv) -> None:
        """The graph runs."""
        ten_env.on_start_done()

    def on_stop(self, ten_env: TenEnv) -> None:
        """The graph stops; messages still come and go."""
        ten_env.on_stop_done()

    def on_deinit(self, ten_env: TenEnv) -> None:
        """Last: no message comes any more."""
        ten_env.on_deinit_done()

    def on_cmd(self, ten_env: TenEnv, cmd: Cmd) -> None:
        """A command, which wants a result."""

    def on_data(self, ten_env: TenEnv, data: Data) -> None:
        """Data."""

    def on_audio_frame(self, ten_env: TenEnv, audio_frame: AudioFrame) -> None:
        """An audio frame."""

    def on_video_frame(self, ten_env: TenEnv, video_frame: VideoFrame) -> None:
        """A video frame."""
