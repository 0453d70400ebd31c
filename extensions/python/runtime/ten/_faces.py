"""Which classes an extension of an era is given."""
from __future__ import annotations

from typing import Any

from ten_runtime._port import Awaited

from . import _era, _tuples
from .audio_frame import AudioFrame
from .cmd import Cmd
from .cmd_result import CmdResult
from .data import Data
from .ten_env_base import TenEnvBase, check_env
from .video_frame import VideoFrame

OLD_MESSAGES = {"cmd": Cmd, "result": CmdResult, "data": Data, "audio_frame": AudioFrame, "video_frame": VideoFrame}
NEW_MESSAGES = {"cmd": _tuples.Cmd, "result": _tuples.CmdResult, "data": _tuples.Data, "audio_frame": _tuples.AudioFrame,
                "video_frame": _tuples.VideoFrame}


def faces(era: str, env_class: type) -> tuple[type, dict[str, type]]:
    """The env and the message classes of an era. In 0.9 they are those of ten_runtime, under the older package's name."""
    if era == _era.TUPLES:
        newer = next(base for base in env_class.__mro__ if base.__module__.startswith("ten_runtime"))
        reporting = (_tuples.Reporting,) if hasattr(env_class, "_reports") else ()
        return _named(env_class, (*reporting, TenEnvBase, newer), {}), NEW_MESSAGES
    if era == _era.LAST:
        return _named(env_class, (env_class,), {"_awaited": Awaited, "_reports": True, "_raises": True}), OLD_MESSAGES
    if era == _era.AWAITED:
        differs = {"_old_era": era, "_awaited": Awaited, "_reports": True, "_logged": staticmethod(check_env)}
        return _named(env_class, (env_class,), differs), OLD_MESSAGES
    return env_class, OLD_MESSAGES


def _named(like: type, bases: tuple[type, ...], more: dict[str, Any]) -> type:
    """A class that goes by the name of another."""
    return type(bases[-1])(like.__name__, bases, {"__slots__": (), "__module__": like.__module__, **more})
