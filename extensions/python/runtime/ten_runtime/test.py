"""Testers whose callbacks are plain functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from . import _signals
from ._sync_send import SyncSend
from ._test_run import Setup, TestRun
from .audio_frame import AudioFrame
from .cmd import Cmd
from .cmd_result import CmdResult
from .data import Data
from .error import TenError
from .test_base import TenEnvTesterBase
from .video_frame import VideoFrame

if TYPE_CHECKING:
    from .msg import Msg


class TenEnvTester(SyncSend, TenEnvTesterBase):
    """What an ExtensionTester does with the runtime."""

    __slots__ = ()

    def return_result(self, cmd_result: CmdResult, error_handler: Callable[..., None] | None = None) -> TenError | None:
        """Answers a command."""
        return super().return_result(cmd_result, error_handler)

    def on_init_done(self) -> None:
        """Ends on_init."""
        self._done("init")

    def on_start_done(self) -> None:
        """Ends on_start."""
        self._done("start")

    def on_stop_done(self) -> None:
        """Ends on_stop."""
        self._done("stop")

    def on_deinit_done(self) -> None:
        """Ends on_deinit."""
        self._done("deinit")

    def _configured(self) -> None:
        self._done("configure")

    def _done(self, stage: str) -> None:
        if self._port.closed:
            raise ValueError(f"ten_env_tester.on_{stage}_done() failed because the TEN is closed.")
        self._port.done(stage)


class ExtensionTester:
    """A test of one extension, or of a graph. Its callbacks run on the thread that called ``run``."""

    _env_class: type[TenEnvTester] = TenEnvTester
    _message_classes: dict[str, type[Msg]] = {}
    _setup: Setup | None = None
    _ran = False

    def on_init(self, ten_env_tester: TenEnvTester) -> None:
        """When this is done messages are delivered."""
        ten_env_tester.on_init_done()

    def on_start(self, ten_env_tester: TenEnvTester) -> None:
        """The test begins."""
        ten_env_tester.on_start_done()

    def on_stop(self, ten_env_tester: TenEnvTester) -> None:
        """The test ends; messages still come and go."""
        ten_env_tester.on_stop_done()

    def on_deinit(self, ten_env_tester: TenEnvTester) -> None:
        """Last."""
        ten_env_tester.on_deinit_done()

    def on_cmd(self, ten_env_tester: TenEnvTester, cmd: Cmd) -> None:
        """A command, which wants a result."""

    def on_data(self, ten_env_tester: TenEnvTester, data: Data) -> None:
        """Data."""

    def on_audio_frame(self, ten_env_tester: TenEnvTester, audio_frame: AudioFrame) -> None:
        """An audio frame."""

    def on_video_frame(self, ten_env_tester: TenEnvTester, video_frame: VideoFrame) -> None:
        """A video frame."""

    def set_test_mode_single(self, addon_name: str, property_json_str: str | None = None) -> None:
        """Tests one extension. All that it sends comes here, and what is sent here goes to it. Raises ValueError if the
        property is not a JSON object."""
        self._set_up().set_single(addon_name, property_json_str)

    def set_test_mode_graph(self, graph_json: str) -> None:
        """Tests a graph, in which the tester is the node whose addon is ``ten:test_extension``."""
        self._set_up().set_graph(graph_json)

    def set_timeout(self, timeout_us: int) -> None:
        """How long the test may take, in microseconds; 0 for ever. Three minutes otherwise."""
        self._set_up().timeout_us = int(timeout_us)

    def run(self) -> TenError | None:
        """Runs the test and returns its error, if any."""
        setup = self._set_up()
        if setup.graph is None:
            raise RuntimeError("set_test_mode_single or set_test_mode_graph comes before run")
        if self._ran:
            raise RuntimeError("a tester runs once")
        self._ran = True
        _signals.install()
        return TestRun(setup, self, is_async=False).run()

    def _set_up(self) -> Setup:
        # Not in __init__: subclasses need not call it.
        if self._setup is None:
            self._setup = Setup()
        return self._setup
