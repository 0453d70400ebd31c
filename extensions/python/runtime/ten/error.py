"""Errors of the older API: raised where the newer one returns them."""
from __future__ import annotations

from ten_runtime import error as _new
from ten_runtime.error import TenErrorCode

__all__ = ["TenError", "TenErrorCode"]


class TenError(_new.TenError):
    """An error under the names of all eras: errno and err_msg until 0.8.2, error_code and error_message after."""

    __slots__ = ()

    def errno(self) -> int:
        """The error's number."""
        return self.error_code()

    def err_msg(self) -> str:
        """The error's text."""
        return self.error_message()

    def __str__(self) -> str:
        return self.error_message()


class PropertyError(ValueError, RuntimeError):
    """A property that is missing or of another type. Until 0.5 that was a ValueError, later a RuntimeError."""


class SendError(RuntimeError):
    """A message that could not be sent."""


def old(error: _new.TenError | None) -> TenError | None:
    """The same error with the old names."""
    if error is None or isinstance(error, TenError):
        return error
    return _new.make(error.error_code(), error.error_message(), TenError)  # type: ignore[return-value]
