"""The older Python API of the TEN Framework, up to 0.9, on top of ten_runtime.

Packages written for 0.4 to 0.8 run in one forgiving mode: what a call returns may be used at once, awaited, or unpacked, whichever
their version wanted. A package whose manifest asks for 0.9, or a process with TEN_COMPAT_ERA=0.9, gets errors beside values;
TEN_COMPAT_ERA=0.3 makes a lifecycle stage wait for its *_done.
"""
from __future__ import annotations

from . import _era
from .addon import Addon, register_addon_as_extension, register_addon_as_extension_group, unregister_all_addons_and_cleanup
from .addon_manager import _AddonManager
from .app import App
from .async_extension import AsyncExtension
from .async_ten_env import AsyncTenEnv
from .async_test import AsyncExtensionTester, AsyncTenEnvTester
from .audio_frame import AudioFrame, AudioFrameDataFmt
from .cmd import Cmd
from .cmd_result import CmdResult, StatusCode
from .data import Data
from .error import TenError
from .extension import Extension
from .log_level import LogLevel
from .ten_env import TenEnv
from .test import ExtensionTester, TenEnvTester
from .video_frame import PixelFmt, VideoFrame

__all__ = [
    "Addon", "App", "AsyncExtension", "AsyncExtensionTester", "AsyncTenEnv", "AsyncTenEnvTester", "AudioFrame", "AudioFrameDataFmt", "Cmd",
    "CmdResult", "Data", "Extension", "ExtensionTester", "LogLevel", "PixelFmt", "StatusCode", "TenEnv", "TenEnvTester", "TenError",
    "VideoFrame", "_AddonManager", "register_addon_as_extension", "register_addon_as_extension_group", "unregister_all_addons_and_cleanup",
]

if _era.forced() == _era.TUPLES:  # messages that a package makes itself have the getters of 0.9 too
    from ._tuples import AudioFrame, Cmd, CmdResult, Data, VideoFrame
