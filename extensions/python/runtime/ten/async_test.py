"""The older AsyncExtensionTester."""
from __future__ import annotations

from typing import Any, AsyncGenerator

from ten_runtime import async_test as _new

from . import _era
from ._faces import OLD_MESSAGES, faces
from ._hybrid import Done, run_now
from ._returning import rebound
from .cmd import Cmd
from .cmd_result import CmdResult
from .error import old
from .ten_env_base import TenEnvBase, check

__all__ = ["AsyncExtensionTester", "AsyncTenEnvTester"]


class AsyncTenEnvTester(TenEnvBase, _new.AsyncTenEnvTester):
    """The environment of an async tester."""

    __slots__ = ()

    _reports = False  # see AsyncTenEnv

    async def send_cmd(self, cmd: Cmd) -> CmdResult:
        result, error = await super().send_cmd(cmd)
        return CmdResult._failed(error) if result is None else result

    async def send_cmd_ex(self, cmd: Cmd) -> AsyncGenerator[CmdResult, None]:
        async for result, error in super().send_cmd_ex(cmd):
            yield CmdResult._failed(error) if result is None else result

    def send_data(self, data: Any) -> Done:
        return Done(old(run_now(super().send_data(data))))

    def send_audio_frame(self, audio_frame: Any) -> Done:
        return Done(old(run_now(super().send_audio_frame(audio_frame))))

    def send_video_frame(self, video_frame: Any) -> Done:
        return Done(old(run_now(super().send_video_frame(video_frame))))

    def return_result(self, result: Any, target_cmd: Any = None) -> Done:
        check(run_now(super().return_result(rebound(result, target_cmd))))
        return Done()


class AsyncExtensionTester(_new.AsyncExtensionTester):
    """Tests one extension."""

    _env_class = AsyncTenEnvTester
    _message_classes = OLD_MESSAGES

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._env_class, cls._message_classes = faces(_era.of_module(cls.__module__), AsyncTenEnvTester)
