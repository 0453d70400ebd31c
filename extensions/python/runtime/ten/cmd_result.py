"""The older CmdResult, which also serves callers that unpack (result, error)."""
from __future__ import annotations

from typing import Any, Iterator

from ten_runtime import cmd as _cmd
from ten_runtime import cmd_result as _new
from ten_runtime.cmd_result import StatusCode

from .error import TenError, old
from .msg import Msg, new_id

__all__ = ["CmdResult", "StatusCode"]


class CmdResult(Msg, _new.CmdResult):
    """A result. Until 0.6 a send returned the result, then the pair of it and an error: `r = await ...` and `r, err = await ...` both
    work. After a failure the result has status ERROR and says why in `detail`, and the pair is (None, error)."""

    __slots__ = ("_failure", "_old_id", "_unbound")

    _kind_name = "result"

    @classmethod
    def create(cls, status_code: StatusCode, target_cmd: _cmd.Cmd | None = None) -> "CmdResult":
        """A result with that status. Until 0.8 the command is named when the result is returned."""
        result = super().create(status_code, _cmd.Cmd.create("") if target_cmd is None else target_cmd)
        result._unbound = target_cmd is None
        return result

    @classmethod
    def _failed(cls, error: Any) -> "CmdResult":
        result = cls.create(StatusCode.ERROR)
        result.set_property_string("detail", error.error_message())
        result._failure = old(error)
        return result

    def __iter__(self) -> Iterator[Any]:
        failure: TenError | None = getattr(self, "_failure", None)
        return iter((None, failure) if failure is not None else (self, None))

    def set_status_code(self, status_code: int) -> None:
        """Change the status."""
        self._status = int(status_code)

    def set_is_final(self, is_final: bool) -> None:
        """Say whether this is the last result, under the name of 0.2."""
        self.set_final(is_final)

    def get_is_final(self) -> bool:
        """Whether this is the last result, under the name of 0.2."""
        return self.is_final()

    def _own_fields(self) -> dict[str, Any]:
        unbound = getattr(self, "_unbound", False)
        if not hasattr(self, "_old_id"):
            self._old_id = "" if unbound else new_id()
        return {"cmd_id": self._old_id, "seq_id": "", "original_cmd_type": 0 if unbound else 1, "status_code": int(self.get_status_code()),
                "is_final": self.is_final()}

    def _take_fields(self, fields: dict[str, Any]) -> None:
        if "status_code" in fields:
            self.set_status_code(fields["status_code"])
        if "is_final" in fields:
            self.set_final(fields["is_final"])
