"""Results: the answers to commands."""

from __future__ import annotations

from enum import IntEnum
from typing import Iterable, TypeVar

from .cmd import Cmd
from .error import TenError
from .loc import Loc
from .msg import Msg, _gone

_R = TypeVar("_R", bound="CmdResult")


class StatusCode(IntEnum):
    """Whether a command did what it was for."""

    OK = 0
    ERROR = 1


class CmdResult(Msg):
    """An answer. It is final unless ``set_final(False)`` says that more come."""

    __slots__ = (
        "_status",
        "_final",
        "_completed",
        "_of",  # the name of the command, of one that was awaited
    )

    _kind = 2
    _type = "cmd_result"

    _status: int
    _final: bool
    _completed: bool
    _of: str

    @classmethod
    def create(cls, status_code: StatusCode, target_cmd: Cmd) -> CmdResult:
        """An answer to a received command. Made from a command that was sent it reaches nobody."""
        if not isinstance(target_cmd, Cmd):
            raise TypeError("the target of a result must be a Cmd")
        if not isinstance(status_code, int):
            raise TypeError("the status of a result must be a StatusCode")
        result = cls._make("ten:result")
        result._ticket = target_cmd._ticket
        result._status = int(status_code)
        result._final = True
        result._completed = False
        return result

    def get_status_code(self) -> StatusCode:
        """OK or ERROR."""
        if self._name is None:
            raise _gone()
        return StatusCode(self._status)

    def set_final(self, is_final: bool, /) -> None:
        """Says whether this is the last result of its sender."""
        if self._name is None:
            raise _gone()
        self._final = bool(is_final)

    def is_final(self) -> bool:
        """Whether this is the last result of the one who sent it."""
        if self._name is None:
            raise _gone()
        return self._final

    def is_completed(self) -> bool:
        """Whether this is the last result of all: nothing more comes for the command."""
        if self._name is None:
            raise _gone()
        return self._completed

    def set_name(self, name: str, /) -> None:
        """Nothing: all results have the same name."""
        if self._name is None:
            raise _gone()
        if not isinstance(name, str):
            raise ValueError("the name of a message must be a str")

    def set_dests(self, dests: Iterable[Loc], /) -> TenError | None:
        """Nothing: a result goes where its command came from."""
        if self._name is None:
            raise _gone()
        for loc in dests:
            if not isinstance(loc, Loc):
                raise TypeError("destinations must be Loc objects")
        return None

    def clone(self: _R) -> _R:
        """A copy with the same status and final flag."""
        result = super().clone()
        result._status = self._status
        result._final = self._final
        result._completed = self._completed
        return result
