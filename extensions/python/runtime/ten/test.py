"""The older ExtensionTester."""
from __future__ import annotations

import importlib
import os
import sys
from typing import Any

from ten_runtime import test as _new

from . import _era
from ._faces import OLD_MESSAGES, faces
from ._returning import rebound
from .cmd import Cmd
from .error import old
from .ten_env_base import TenEnvBase, check, errors_to, results_to

__all__ = ["ExtensionTester", "TenEnvTester"]


class TenEnvTester(TenEnvBase, _new.TenEnvTester):
    """The environment of a synchronous tester."""

    __slots__ = ()

    def send_cmd(self, cmd: Cmd, result_handler: Any = None) -> None:
        check(super().send_cmd(cmd, results_to(result_handler)))

    def send_data(self, data: Any, error_handler: Any = None) -> None:
        check(super().send_data(data, errors_to(error_handler)))

    def send_audio_frame(self, audio_frame: Any, error_handler: Any = None) -> None:
        check(super().send_audio_frame(audio_frame, errors_to(error_handler)))

    def send_video_frame(self, video_frame: Any, error_handler: Any = None) -> None:
        check(super().send_video_frame(video_frame, errors_to(error_handler)))

    def return_result(self, result: Any, target_cmd: Any = None, error_handler: Any = None) -> None:
        check(super().return_result(rebound(result, target_cmd), errors_to(error_handler)))


class ExtensionTester(_new.ExtensionTester):
    """Tests one extension."""

    _env_class = TenEnvTester
    _message_classes = OLD_MESSAGES

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._env_class, cls._message_classes = faces(_era.of_module(cls.__module__), TenEnvTester)

    def add_addon_base_dir(self, base_dir: str) -> None:
        """Import the package in this folder before the test runs."""
        self.__dict__.setdefault("_base_dirs", []).append(base_dir)

    def run(self) -> Any:
        """Run the test."""
        for folder in self.__dict__.get("_base_dirs", []):
            _import_package(folder)
        return old(super().run())


def _import_package(folder: str) -> None:
    """Import a folder as a top-level package, so that its relative imports work."""
    folder = os.path.abspath(folder)
    above = os.path.dirname(folder)
    if above not in sys.path:
        sys.path.insert(0, above)
    importlib.import_module(os.path.basename(folder))
