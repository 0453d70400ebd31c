"""Errors are values here: calls return them beside or instead of what was asked for."""

from __future__ import annotations

from enum import IntEnum
from typing import Any


class TenErrorCode(IntEnum):
    """The codes of TEN. A value that is not found has the code 100000, which is none of these."""

    ErrorCodeGeneric = 1
    ErrorCodeInvalidJSON = 2
    ErrorCodeInvalidArgument = 3
    ErrorCodeInvalidType = 4
    ErrorCodeInvalidGraph = 5
    ErrorCodeTenIsClosed = 6
    ErrorCodeMsgNotConnected = 7
    ErrorCodeTimeout = 8


NOT_FOUND = 100000


class TenError:
    """A code and a text. It is not an exception."""

    __slots__ = ("_code", "_message", "__dict__", "__weakref__")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError("Use TenError.create instead.")

    @classmethod
    def create(cls, error_code: TenErrorCode, error_message: str | None = None) -> TenError:
        """An error of one of TEN's codes."""
        return make(error_code.value, error_message or "", cls)

    def error_code(self) -> int:
        """The number of the code."""
        return self._code

    def error_message(self) -> str:
        """What happened, or the empty text."""
        return self._message

    def __str__(self) -> str:
        return f"error_code: {self._code}, error_message: {self._message}"

    __repr__ = __str__


def make(code: int, message: str, cls: type[TenError] = TenError) -> TenError:
    """An error of any code."""
    error = object.__new__(cls)
    error._code = code
    error._message = message
    return error


def generic(message: str) -> TenError:
    """An error of code 1."""
    return make(1, message)


def not_found(path: str) -> TenError:
    """What getters say of a property that is not there."""
    return make(NOT_FOUND, f"Failed to find value: {path}")


def closed(where: str, method: str) -> TenError:
    """What an env says when its extension has ended."""
    return make(6, f"{where}.{method}() failed because the TEN is closed.")
