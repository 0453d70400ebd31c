"""The levels of log lines."""

from __future__ import annotations

from enum import IntEnum


class LogLevel(IntEnum):
    """From 1 up; INVALID is none."""

    INVALID = 0
    DEBUG = 1
    INFO = 2
    WARN = 3
    ERROR = 4
