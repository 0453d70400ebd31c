"""Extensions whose callbacks are coroutines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .async_ten_env import AsyncTenEnv
from .audio_frame import AudioFrame
from .cmd import Cmd
from .data import Data
from .video_frame import VideoFrame

if TYPE_CHECKING:
    from .msg import Msg


class AsyncExtension:
    """An extension whose callbacks are coroutines. Each message is handled by a task of its own; they begin in order. A
    lifecycle callback is over when its coroutine returns."""

    _env_class: type[AsyncTenEnv] = AsyncTenEnv
    _message_classes: dict[str, type[Msg]] = {}
    _may_be_cancelled = False  # whether a handler that ends with CancelledError has merely ended

    name: str

    def __init__(self, name: str) -> None:
        self.name = name

    async def on_configure(self, ten_env: AsyncTenEnv) -> None:
        """First: properties may be given here."""

    async def on_init(self, ten_env: AsyncTenEnv) -> None:
        """Properties are there. When this is done messages are delivered."""

    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        """The graph runs."""

    async def on_stop(self, ten_env: AsyncTenEnv) -> None:
        """The graph stops; messages still come and go."""

    async def on_deinit(self, ten_env: AsyncTenEnv) -> None:
        """Last: no message comes any more."""

    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        """A command, which wants a result."""

    async def on_data(self, ten_env: AsyncTenEnv, data: Data) -> None:
        """Data."""

    async def on_audio_frame(self, ten_env: AsyncTenEnv, audio_frame: AudioFrame) -> None:
        """An audio frame."""

    async def on_video_frame(self, ten_env: AsyncTenEnv, video_frame: VideoFrame) -> None:
        """A video frame."""
