"""Which classes an extension of an era is given."""
from __future__ import annotations

from typing import Any

import ten_runtime

from . import _era
from .audio_frame import AudioFrame
from .cmd import Cmd
from .cmd_result import CmdResult
from .data import Data
from .video_frame import VideoFrame

OLD_MESSAGES = {"cmd": Cmd, "result": CmdResult, "data": Data, "audio_frame": AudioFrame, "video_frame": VideoFrame}
NEW_MESSAGES = {"cmd": ten_runtime.Cmd, "result": ten_runtime.CmdResult, "data": ten_runtime.Data, "audio_frame": ten_runtime.AudioFrame,
                "video_frame": ten_runtime.VideoFrame}


def faces(era: str, env_class: type) -> tuple[type, dict[str, type]]:
    """The env and the message classes of an era. In 0.9 they are those of ten_runtime, under the older package's name."""
    if era != _era.TUPLES:
        return (awaited(env_class) if era == _era.AWAITED else env_class), OLD_MESSAGES
    return next(base for base in env_class.__mro__ if base.__module__.startswith("ten_runtime")), NEW_MESSAGES


def awaited(env_class: type) -> type:
    """The env of the era in which truth values were awaited."""
    return type(env_class)(env_class.__name__, (env_class,), {"__slots__": (), "_old_era": _era.AWAITED, "__module__": env_class.__module__})
