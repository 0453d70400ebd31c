"""What every env has: log lines, and the way to properties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _log
from .error import TenError, generic
from .log_level import LogLevel
from .log_option import DefaultLogOption, LogOption

if TYPE_CHECKING:
    from ._properties import Properties


class TenEnvBase:
    """An env is the way from user code to the runtime. It may be used from any thread."""

    __slots__ = ("_port", "__dict__", "__weakref__")

    def __init__(self, port: Any) -> None:
        self._port = port

    def log_debug(self, msg: str, category: str | None = None, fields: Any = None, option: LogOption = DefaultLogOption) -> TenError | None:
        """Logs a line that only its author wants to see."""
        port = self._port
        return port.refused("log") if port.closed else _log.write(port, 1, msg, category, fields, option.skip, option.sync)

    def log_info(self, msg: str, category: str | None = None, fields: Any = None, option: LogOption = DefaultLogOption) -> TenError | None:
        """Logs what happens."""
        port = self._port
        return port.refused("log") if port.closed else _log.write(port, 2, msg, category, fields, option.skip, option.sync)

    def log_warn(self, msg: str, category: str | None = None, fields: Any = None, option: LogOption = DefaultLogOption) -> TenError | None:
        """Logs what should not happen."""
        port = self._port
        return port.refused("log") if port.closed else _log.write(port, 3, msg, category, fields, option.skip, option.sync)

    def log_error(self, msg: str, category: str | None = None, fields: Any = None, option: LogOption = DefaultLogOption) -> TenError | None:
        """Logs what went wrong."""
        port = self._port
        return port.refused("log") if port.closed else _log.write(port, 4, msg, category, fields, option.skip, option.sync)

    def log(
        self, level: LogLevel, msg: str, category: str | None = None, fields: Any = None, option: LogOption = DefaultLogOption
    ) -> TenError | None:
        """Logs a line of any level."""
        port = self._port
        return port.refused("log") if port.closed else _log.write(port, level, msg, category, fields, option.skip, option.sync)

    def _open(self, method: str) -> tuple[Properties | None, TenError | None]:
        """The properties, or why there are none."""
        port = self._port
        if port.closed:
            return None, port.refused(method)
        if port.properties is None:
            return None, generic(f"{method}: the env of an addon has no properties.")
        return port.properties, None

    def _of_addon(self) -> bool:
        """Whether this is the env of an addon, which can only make instances and log."""
        return self._port.properties is None and self._port.where == "ten_env"

    def _is_connected(self, name: str) -> bool:
        """Whether the graph connects a command of that name to anything."""
        commands = self._port.commands
        return commands is None or name in commands
