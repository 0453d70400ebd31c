"""Sending for coroutines: what becomes of a message is awaited."""

from __future__ import annotations

from typing import Any, AsyncGenerator

from . import _frame
from ._port import Awaited, Stream
from ._sync_send import checked
from .audio_frame import AudioFrame
from .cmd import Cmd
from .cmd_result import CmdResult
from .data import Data
from .error import TenError
from .msg import Msg
from .send_options import SendOptions
from .ten_env_base import TenEnvBase
from .video_frame import VideoFrame


class AsyncSend(TenEnvBase):
    """The sending half of AsyncTenEnv and AsyncTenEnvTester."""

    __slots__ = ()

    _awaited: type[Awaited] = Awaited

    async def send_cmd(self, cmd: Cmd) -> tuple[CmdResult | None, TenError | None]:
        """Sends a command and waits for its result: the first error, else the last one when all have come."""
        if not isinstance(cmd, Cmd):
            checked(cmd, Cmd)
        port = self._port
        if port.closed:
            return None, port.refused("send_cmd")
        connection = port.connection
        entry = self._awaited(port, cmd._ticket, cmd._name)
        token = connection.token()
        connection.pending[token] = entry
        try:
            error = port.send(cmd, token, 0, 0, 1)
        except ValueError:
            del connection.pending[token]
            raise
        if error is not None:
            del connection.pending[token]
            return None, error
        return await entry.future

    async def send_cmd_ex(self, cmd: Cmd) -> AsyncGenerator[tuple[CmdResult | None, TenError | None], None]:
        """Sends a command and yields every result of every destination; the last one is completed."""
        checked(cmd, Cmd)
        port = self._port
        if port.closed:
            yield None, port.refused("send_cmd_ex")
            return
        entry = Stream(port, cmd._ticket)
        token = port.connection.token()
        port.connection.pending[token] = entry
        error = port.send(cmd, token, _frame.EACH, 0, 1)
        if error is not None:
            del port.connection.pending[token]
            yield None, error
            return
        try:
            last = False
            while not last:
                result, error, last = await entry.next()
                yield result, error
        finally:
            entry.abandoned = True

    async def send_data(self, data: Data, options: SendOptions | None = None) -> TenError | None:
        """Sends data."""
        if not isinstance(data, Data):
            checked(data, Data)
        port = self._port
        if port.closed:
            return port.refused("send_data")
        if options is None or not options.wait_for_result:
            port.send(data, 0, 0, 0, 1)
            return None
        return await _reported(port, data)

    async def send_audio_frame(self, audio_frame: AudioFrame, options: SendOptions | None = None) -> TenError | None:
        """Sends an audio frame."""
        checked(audio_frame, AudioFrame)
        port = self._port
        if port.closed:
            return port.refused("send_audio_frame")
        if options is None or not options.wait_for_result:
            port.send(audio_frame, 0, 0, 0, 1)
            return None
        return await _reported(port, audio_frame)

    async def send_video_frame(self, video_frame: VideoFrame, options: SendOptions | None = None) -> TenError | None:
        """Sends a video frame."""
        checked(video_frame, VideoFrame)
        port = self._port
        if port.closed:
            return port.refused("send_video_frame")
        if options is None or not options.wait_for_result:
            port.send(video_frame, 0, 0, 0, 1)
            return None
        return await _reported(port, video_frame)

    async def return_result(self, result: CmdResult, options: SendOptions | None = None) -> TenError | None:
        """Answers a command."""
        if not isinstance(result, CmdResult):
            checked(result, CmdResult)
        port = self._port
        if port.closed:
            return port.refused("return_result")
        if options is None or not options.wait_for_result or result._ticket is None:
            return port.answer(result, 0, 1)
        entry = Awaited(port, None)
        token = port.connection.token()
        port.connection.pending[token] = entry
        error = port.answer(result, token, 1)
        if error is not None:
            del port.connection.pending[token]
            return error
        return (await entry.future)[1]


async def _reported(port: Any, msg: Msg) -> TenError | None:
    """Sends a message and waits until it is on its way."""
    entry = Awaited(port, None)
    token = port.connection.token()
    port.connection.pending[token] = entry
    try:
        error = port.send(msg, token, _frame.REPORT, 0, 2)
    except ValueError:
        del port.connection.pending[token]
        raise
    if error is not None:
        del port.connection.pending[token]
        return error
    return (await entry.future)[1]
