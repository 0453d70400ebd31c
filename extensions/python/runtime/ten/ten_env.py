"""The older TenEnv: plain values, exceptions, and handlers of two or three parameters."""
from __future__ import annotations

from typing import Any

from ten_runtime import ten_env as _new

from ._returning import rebound
from .cmd import Cmd
from .ten_env_base import TenEnvBase, check, errors_to, results_to, stored, value

__all__ = ["TenEnv"]


class _OldEnv(type):
    """Until 0.5 the async env was a TenEnv, and packages ask for that."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return super().__instancecheck__(instance) or cls.__name__ == "TenEnv" and getattr(type(instance), "_is_ten_env", False)


class TenEnv(TenEnvBase, _new.TenEnv, metaclass=_OldEnv):
    """The environment of a synchronous extension, and of apps and addons."""

    __slots__ = ()

    def send_cmd(self, cmd: Cmd, result_handler: Any = None) -> None:
        """Send a command. The handler has two parameters (env, result) or three (env, result, error)."""
        check(super().send_cmd(cmd, results_to(result_handler)))

    def send_cmd_ex(self, cmd: Cmd, result_handler: Any = None) -> None:
        """Send a command whose handler is called for every result."""
        check(super().send_cmd_ex(cmd, results_to(result_handler)))

    def send_json(self, json_str: str, result_handler: Any = None) -> None:
        """Send the command in a JSON text."""
        self.send_cmd(_parsed(json_str), result_handler)

    def send_data(self, data: Any, error_handler: Any = None) -> None:
        check(super().send_data(data, errors_to(error_handler)))

    def send_audio_frame(self, audio_frame: Any, error_handler: Any = None) -> None:
        check(super().send_audio_frame(audio_frame, errors_to(error_handler)))

    def send_video_frame(self, video_frame: Any, error_handler: Any = None) -> None:
        check(super().send_video_frame(video_frame, errors_to(error_handler)))

    def return_result(self, result: Any, target_cmd: Any = None, error_handler: Any = None) -> None:
        """Answer target_cmd with result, which may be a received one: the way to hand an answer on."""
        check(super().return_result(rebound(result, target_cmd), errors_to(error_handler)))

    def return_result_directly(self, result: Any, error_handler: Any = None) -> None:
        """Answer the command that a result was made for, or received for."""
        check(super().return_result(rebound(result, None), errors_to(error_handler)))

    def is_cmd_connected(self, cmd_name: str) -> bool:
        """Whether the graph connects a command of that name to anything."""
        return self._is_connected(cmd_name)

    def get_property_string(self, path: str) -> str:
        return value(super().get_property_string(path), path, "string")

    def get_property_int(self, path: str) -> int:
        return value(super().get_property_int(path), path, "int")

    def get_property_float(self, path: str) -> float:
        return value(super().get_property_float(path), path, "float")

    def get_property_bool(self, path: str) -> bool:
        return value(super().get_property_bool(path), path, "bool")

    def get_property_to_json(self, path: str | None = None) -> str:
        return value(super().get_property_to_json(path), path or "", "json")

    def is_property_exist(self, path: str) -> bool:
        return super().is_property_exist(path)[0]

    def set_property_string(self, path: str, value: str) -> None:
        stored(super().set_property_string(path, value))

    def set_property_int(self, path: str, value: int) -> None:
        stored(super().set_property_int(path, value))

    def set_property_float(self, path: str, value: float) -> None:
        stored(super().set_property_float(path, value))

    def set_property_bool(self, path: str, value: bool) -> None:
        stored(super().set_property_bool(path, value))

    def set_property_from_json(self, path: str | None, json_str: str) -> None:
        stored(super().set_property_from_json(path, json_str))

    def init_property_from_json(self, json_str: str) -> None:
        stored(super().init_property_from_json(json_str))

    def on_init_done(self) -> None:
        """Say that on_init is done. On the env of an addon there is nothing to wait for."""
        if not self._of_addon():
            super().on_init_done()

    def on_deinit_done(self) -> None:
        """Say that on_deinit is done. On the env of an addon there is nothing to wait for."""
        if not self._of_addon():
            super().on_deinit_done()


def _parsed(json_str: str) -> Cmd:
    cmd = Cmd.create_from_json(json_str)
    if cmd is None:
        raise ValueError("the JSON names no command: it wants _ten.name")
    return cmd
