"""What the environments of the older API share: logging under all its names, and calls with the forms of all eras."""
from __future__ import annotations

import inspect
from typing import Any, Callable

from ten_runtime.log_option import LogOption

from .cmd_result import CmdResult
from .error import PropertyError, SendError, old
from .log_level import NEW_LEVELS, LogLevel

__all__ = ["TenEnvBase"]

_CALLER = LogOption(skip=3)  # the caller of log_info lies two frames further up than log's own


class TenEnvBase:
    """Logging. Each call says who called it: function, file and line."""

    __slots__ = ()

    _logged: Callable[[Any], Any] = staticmethod(lambda error: error)  # what a call makes of an error

    def log(self, level: LogLevel, msg: str) -> Any:
        """Write a log line."""
        return self._logged(super().log(NEW_LEVELS[LogLevel(level)], msg, None, None, LogOption(skip=3)))

    def log_verbose(self, msg: str) -> Any:
        return self._logged(super().log(NEW_LEVELS[LogLevel.VERBOSE], msg, None, None, _CALLER))

    def log_debug(self, msg: str) -> Any:
        return self._logged(super().log(NEW_LEVELS[LogLevel.DEBUG], msg, None, None, _CALLER))

    def log_info(self, msg: str) -> Any:
        return self._logged(super().log(NEW_LEVELS[LogLevel.INFO], msg, None, None, _CALLER))

    def log_warn(self, msg: str) -> Any:
        return self._logged(super().log(NEW_LEVELS[LogLevel.WARN], msg, None, None, _CALLER))

    def log_warning(self, msg: str) -> Any:
        return self._logged(super().log(NEW_LEVELS[LogLevel.WARN], msg, None, None, _CALLER))

    def log_error(self, msg: str) -> Any:
        return self._logged(super().log(NEW_LEVELS[LogLevel.ERROR], msg, None, None, _CALLER))

    def log_fatal(self, msg: str) -> Any:
        return self._logged(super().log(NEW_LEVELS[LogLevel.FATAL], f"FATAL {msg}", None, None, _CALLER))


def value(pair: tuple[Any, Any], path: str, what: str) -> Any:
    """The value of a pair that ten_runtime returned, or the exception that the older API raised."""
    found, error = pair
    if error is None:
        return found
    if error.error_code() == 6:
        raise PropertyError(error.error_message())
    missing = error.error_code() == 100000
    if what == "string":
        raise PropertyError(f"Property [{path}] is not found." if missing else f"Property [{path}] is not a string.")
    raise PropertyError("Failed to get property." if missing else f"Failed to get {what} value from property.")


def stored(error: Any) -> None:
    """Raise what the older API raised where a property could not be written."""
    if error is not None:
        raise PropertyError(error.error_message())


def check(error: Any) -> None:
    """Raise what the older API raised where ten_runtime returns an error."""
    if error is not None:
        raise SendError(error.error_message())


def check_env(error: Any) -> None:
    """Raise what 0.8 raised for a call after the end."""
    if error is not None:
        raise ValueError(error.error_message())


def results_to(handler: Any) -> Callable[..., None] | None:
    """The ten_runtime form of a result handler. One of two parameters is told of a failure by a result that says so."""
    if not callable(handler):
        return None
    if arity(handler) >= 3:
        return lambda env, result, error: handler(env, result, old(error))
    return lambda env, result, error: handler(env, CmdResult._failed(error) if result is None else result)


def errors_to(handler: Any) -> Callable[..., None] | None:
    """The ten_runtime form of an error handler."""
    if not callable(handler):
        return None
    return lambda env, error: handler(env, old(error))


def arity(handler: Callable[..., Any]) -> int:
    """How many positional arguments a handler takes; three if that cannot be told."""
    try:
        parameters = inspect.signature(handler).parameters.values()
    except (TypeError, ValueError):
        return 3
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return 3
    return sum(p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters)
