"""Sending for callbacks that are no coroutines: what becomes of a message is told to a handler."""

from __future__ import annotations

from typing import Any, Callable

from . import _frame
from ._port import Handler, Report
from .audio_frame import AudioFrame
from .cmd import Cmd
from .cmd_result import CmdResult
from .data import Data
from .error import TenError
from .msg import Msg
from .ten_env_base import TenEnvBase
from .video_frame import VideoFrame


def checked(msg: Any, cls: type[Msg]) -> None:
    """Raises TypeError for a message of another kind."""
    if not isinstance(msg, cls):
        raise TypeError(f"a {cls.__name__} is expected, not {type(msg).__name__}")


def callable_or_none(handler: Any) -> None:
    """Raises TypeError for a handler that cannot be called."""
    if handler is not None and not callable(handler):
        raise TypeError(f"a handler must be callable, not {type(handler).__name__}")


class SyncSend(TenEnvBase):
    """The sending half of TenEnv and TenEnvTester."""

    __slots__ = ()

    def send_cmd(self, cmd: Cmd, result_handler: Callable[..., None] | None = None) -> TenError | None:
        """Sends a command. The handler gets (ten_env, result, error). A received command that is sent on without a handler
        is answered by whoever gets it."""
        checked(cmd, Cmd)
        callable_or_none(result_handler)
        port = self._port
        return port.refused("send_cmd") if port.closed else _command(port, cmd, result_handler, 0)

    def send_cmd_ex(self, cmd: Cmd, result_handler: Callable[..., None] | None = None) -> TenError | None:
        """Sends a command. The handler gets every result of every destination."""
        checked(cmd, Cmd)
        callable_or_none(result_handler)
        port = self._port
        return port.refused("send_cmd_ex") if port.closed else _command(port, cmd, result_handler, _frame.EACH)

    def send_data(self, data: Data, error_handler: Callable[..., None] | None = None) -> TenError | None:
        """Sends data. The handler gets (ten_env, error) when it is on its way, or is not."""
        checked(data, Data)
        callable_or_none(error_handler)
        port = self._port
        return port.refused("send_data") if port.closed else _message(port, data, error_handler)

    def send_audio_frame(self, audio_frame: AudioFrame, error_handler: Callable[..., None] | None = None) -> TenError | None:
        """Sends an audio frame."""
        checked(audio_frame, AudioFrame)
        callable_or_none(error_handler)
        port = self._port
        return port.refused("send_audio_frame") if port.closed else _message(port, audio_frame, error_handler)

    def send_video_frame(self, video_frame: VideoFrame, error_handler: Callable[..., None] | None = None) -> TenError | None:
        """Sends a video frame."""
        checked(video_frame, VideoFrame)
        callable_or_none(error_handler)
        port = self._port
        return port.refused("send_video_frame") if port.closed else _message(port, video_frame, error_handler)

    def return_result(self, result: CmdResult, error_handler: Callable[..., None] | None = None) -> TenError | None:
        """Answers a command."""
        checked(result, CmdResult)
        callable_or_none(error_handler)
        port = self._port
        if port.closed:
            return port.refused("return_result")
        if error_handler is None:
            return port.answer(result, 0, 1)
        entry = Report(port, None, error_handler)
        answers = result._ticket is not None
        token = port.connection.token() if answers else 0
        if answers:
            port.connection.pending[token] = entry
        error = port.answer(result, token, 1)
        if error is not None or not answers:
            port.connection.pending.pop(token, None)
            port.executor.call(entry.sent, error)
        return None


def _command(port: Any, cmd: Cmd, handler: Callable[..., None] | None, flags: int) -> TenError | None:
    ticket = cmd._ticket
    if handler is None:
        if ticket is None:
            return port.send(cmd, 0, flags, 0, 2)
        ticket.answered = True  # by whoever gets it
        return port.send(cmd, 0, flags | _frame.RELAY, ticket.id, 2)
    entry = Handler(port, ticket, handler)
    return _awaited(port, cmd, entry, flags)


def _message(port: Any, msg: Msg, handler: Callable[..., None] | None) -> TenError | None:
    if handler is None:
        port.send(msg, 0, 0, 0, 2)  # what becomes of it only a handler is told
        return None
    return _awaited(port, msg, Report(port, None, handler), _frame.REPORT)


def _awaited(port: Any, msg: Msg, entry: Handler, flags: int) -> TenError | None:
    """Sends with a handler, which is also told if the message does not leave."""
    token = port.connection.token()
    port.connection.pending[token] = entry
    try:
        error = port.send(msg, token, flags, 0, 3)
    except ValueError:
        del port.connection.pending[token]
        raise
    if error is not None:
        del port.connection.pending[token]
        port.executor.call(entry.sent, error)
    return None
