"""Testers whose callbacks are coroutines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import _signals
from ._async_send import AsyncSend
from ._test_run import Setup, TestRun
from .audio_frame import AudioFrame
from .cmd import Cmd
from .cmd_result import CmdResult
from .data import Data
from .error import TenError
from .send_options import SendOptions
from .test_base import TenEnvTesterBase
from .video_frame import VideoFrame

if TYPE_CHECKING:
    from .msg import Msg


class AsyncTenEnvTester(AsyncSend, TenEnvTesterBase):
    """What an AsyncExtensionTester does with the runtime."""

    __slots__ = ()

    async def return_result(self, cmd_result: CmdResult, options: SendOptions | None = None) -> TenError | None:
        """Answers a command."""
        return await super().return_result(cmd_result, options)


class AsyncExtensionTester:
    """A test of one extension, or of a graph. Its callbacks run on a loop of its own."""

    _env_class: type[AsyncTenEnvTester] = AsyncTenEnvTester
    _message_classes: dict[str, type[Msg]] = {}
    _may_be_cancelled = True  # of a tester only an Exception ends the process

    def __init__(self) -> None:
        self._setup = Setup()
        self._ran = False

    async def on_init(self, ten_env_tester: AsyncTenEnvTester) -> None:
        """When this is done messages are delivered."""

    async def on_start(self, ten_env_tester: AsyncTenEnvTester) -> None:
        """The test begins."""

    async def on_stop(self, ten_env_tester: AsyncTenEnvTester) -> None:
        """The test ends; messages still come and go."""

    async def on_deinit(self, ten_env_tester: AsyncTenEnvTester) -> None:
        """Last."""

    async def on_cmd(self, ten_env_tester: AsyncTenEnvTester, cmd: Cmd) -> None:
        """A command, which wants a result."""

    async def on_data(self, ten_env_tester: AsyncTenEnvTester, data: Data) -> None:
        """Data."""

    async def on_audio_frame(self, ten_env_tester: AsyncTenEnvTester, audio_frame: AudioFrame) -> None:
        """An audio frame."""

    async def on_video_frame(self, ten_env_tester: AsyncTenEnvTester, video_frame: VideoFrame) -> None:
        """A video frame."""

    def set_test_mode_single(self, addon_name: str, property_json_str: str | None = None) -> None:
        """Tests one extension. All that it sends comes here, and what is sent here goes to it. Raises ValueError if the
        property is not a JSON object."""
        self._setup.set_single(addon_name, property_json_str)

    def set_test_mode_graph(self, graph_json: str) -> None:
        """Tests a graph, in which the tester is the node whose addon is ``ten:test_extension``."""
        self._setup.set_graph(graph_json)

    def set_timeout(self, timeout_us: int) -> None:
        """How long the test may take, in microseconds; 0 for ever. Three minutes otherwise."""
        self._setup.timeout_us = int(timeout_us)

    def run(self) -> TenError | None:
        """Runs the test and returns its error, if any."""
        if self._setup.graph is None:
            raise RuntimeError("set_test_mode_single or set_test_mode_graph comes before run")
        if self._ran:
            raise RuntimeError("a tester runs once")
        self._ran = True
        _signals.install()
        return TestRun(self._setup, self, is_async=True).run()
