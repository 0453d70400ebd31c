"""The older AsyncTenEnv: it acts when it is called, and what it returns may be awaited or not."""
from __future__ import annotations

import asyncio
from typing import Any, AsyncGenerator

from ten_runtime import async_ten_env as _new
from ten_runtime.send_options import SendOptions

from . import _era
from ._first import First
from ._hybrid import Begun, Done, Real, Text, Truth, Whole, begin, run_now
from ._returning import rebound
from .cmd import Cmd
from .cmd_result import CmdResult
from .error import SendError, old
from .ten_env import _parsed
from .ten_env_base import TenEnvBase, check, stored, value

__all__ = ["AsyncTenEnv"]


class AsyncTenEnv(TenEnvBase, _new.AsyncTenEnv):
    """The environment of an async extension."""

    __slots__ = ("_stage_done",)

    _old_era = _era.FORGIVING
    _awaited = First
    _reports = False  # whether a send that is awaited says what became of the message
    _raises = False  # whether it raises that: so it was in 0.5 alone

    _is_ten_env = True

    async def send_cmd(self, cmd: Cmd) -> CmdResult:
        """Send a command and wait for its first result, from 0.5 on for its last. `r = await ...` and `r, error = await ...` both
        work; see CmdResult."""
        return self._result(*await super().send_cmd(cmd))

    async def send_cmd_ex(self, cmd: Cmd) -> AsyncGenerator[CmdResult, None]:
        """Send a command and yield every result."""
        async for result, error in super().send_cmd_ex(cmd):
            yield self._result(result, error)

    def _result(self, result: CmdResult | None, error: Any) -> CmdResult:
        """What a send returns: without a result one that says why."""
        if result is not None:
            return result
        if self._raises:
            raise SendError(error.error_message())
        return CmdResult._failed(error)

    async def send_json(self, json_str: str) -> CmdResult:
        """Send the command in a JSON text and wait for its result."""
        return await self.send_cmd(_parsed(json_str))

    def send_data(self, data: Any) -> Done | Begun:
        return self._sent(super().send_data, data)

    def send_audio_frame(self, audio_frame: Any) -> Done | Begun:
        return self._sent(super().send_audio_frame, audio_frame)

    def send_video_frame(self, video_frame: Any) -> Done | Begun:
        return self._sent(super().send_video_frame, video_frame)

    def return_result(self, result: Any, target_cmd: Any = None) -> Done:
        """Answer target_cmd with result, which may be a received one: the way to hand an answer on."""
        check(run_now(super().return_result(rebound(result, target_cmd))))
        return Done()

    def return_result_directly(self, result: Any) -> Done:
        """Answer the command that a result was made for, or received for."""
        return self.return_result(result)

    def _sent(self, send: Any, msg: Any) -> Done | Begun:
        """Send a message. Where the era awaits what became of it, the engine is asked."""
        if not self._reports or asyncio._get_running_loop() is None:
            return Done(old(run_now(send(msg))))
        return begin(_told(send(msg, SendOptions(wait_for_result=True)), self._raises))

    def is_cmd_connected(self, cmd_name: str) -> bool:
        """Whether the graph connects a command of that name to anything."""
        return self._is_connected(cmd_name)

    def get_property_string(self, path: str) -> Text:
        return Text(value(run_now(super().get_property_string(path)), path, "string"))

    def get_property_int(self, path: str) -> Whole:
        return Whole(value(run_now(super().get_property_int(path)), path, "int"))

    def get_property_float(self, path: str) -> Real:
        return Real(value(run_now(super().get_property_float(path)), path, "float"))

    def get_property_bool(self, path: str) -> bool | Truth:
        return self._truth(value(run_now(super().get_property_bool(path)), path, "bool"))

    def get_property_to_json(self, path: str | None = None) -> Text:
        return Text(value(run_now(super().get_property_to_json(path)), path or "", "json"))

    def is_property_exist(self, path: str) -> bool | Truth:
        return self._truth(run_now(super().is_property_exist(path))[0])

    def set_property_string(self, path: str, value: str) -> Done:
        return _acted(super().set_property_string(path, value))

    def set_property_int(self, path: str, value: int) -> Done:
        return _acted(super().set_property_int(path, value))

    def set_property_float(self, path: str, value: float) -> Done:
        return _acted(super().set_property_float(path, value))

    def set_property_bool(self, path: str, value: bool) -> Done:
        return _acted(super().set_property_bool(path, value))

    def set_property_from_json(self, path: str | None, json_str: str) -> Done:
        return _acted(super().set_property_from_json(path, json_str))

    def init_property_from_json(self, json_str: str) -> Done:
        return _acted(super().init_property_from_json(json_str))

    def on_configure_done(self) -> Done:
        return self._done("configure")

    def on_init_done(self) -> Done:
        return self._done("init")

    def on_start_done(self) -> Done:
        return self._done("start")

    def on_stop_done(self) -> Done:
        return self._done("stop")

    def on_deinit_done(self) -> Done:
        return self._done("deinit")

    def _done(self, stage: str) -> Done:
        """Note that the extension says a stage is done. In 0.3 the stage waits for that; later it ends with its coroutine."""
        waits = getattr(self, "_stage_done", None)
        if waits is not None:
            waits(stage)
        return Done()

    def _truth(self, truth: bool) -> bool | Truth:
        return Truth(truth) if self._old_era == _era.AWAITED else truth


async def _told(sending: Any, raises: bool) -> Any:
    error = await sending
    if raises:
        check(error)
    return old(error)


def _acted(coroutine: Any) -> Done:
    stored(run_now(coroutine))
    return Done()
