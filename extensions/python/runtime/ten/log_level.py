"""The older log levels."""
from __future__ import annotations

from enum import IntEnum

from ten_runtime import log_level as _new

__all__ = ["LogLevel"]


class LogLevel(IntEnum):
    """How serious a log line is. The numbers differ from those of ten_runtime."""

    INVALID = 0
    VERBOSE = 1
    DEBUG = 2
    INFO = 3
    WARN = 4
    ERROR = 5
    FATAL = 6


NEW_LEVELS = {LogLevel.VERBOSE: _new.LogLevel.DEBUG, LogLevel.DEBUG: _new.LogLevel.DEBUG, LogLevel.INFO: _new.LogLevel.INFO,
              LogLevel.WARN: _new.LogLevel.WARN, LogLevel.ERROR: _new.LogLevel.ERROR, LogLevel.FATAL: _new.LogLevel.ERROR}
