"""What code that waits, or that went wrong, has to do with commands: which of them it has, and whether it is code that answers any."""

from __future__ import annotations

from types import CodeType, FrameType, FunctionType
from typing import Any, Iterable

from . import _failure
from .msg import Msg


def holds(values: Iterable[Any]) -> list[int]:
    """The numbers of the messages among values, and of those that results among them were made of."""
    tickets = (getattr(value, "_ticket", None) for value in values if isinstance(value, Msg))
    return sorted({ticket.id for ticket in tickets if ticket is not None})


def of_frames(frames: Iterable[FrameType]) -> dict[str, Any]:
    """Of frames that run no more."""
    frames = list(frames)
    found = holds(value for frame in frames for value in frame.f_locals.values())
    return {"holds": found, "answers": any(answers(frame, frame.f_locals.get("self")) for frame in frames)}


def of_exception(problem: BaseException) -> dict[str, Any]:
    """Of the frames that an exception came through."""
    return of_frames(frame for frame, _ in _failure.frames_of(problem))


_MOST = 256  # functions that are followed


def answers(frame: FrameType, owner: Any) -> bool:
    """Whether the code of a frame returns results, itself or by functions that it calls: by their names, of owner and its module."""
    classes = type(owner).__mro__ if owner is not None else ()
    seen: set[CodeType] = set()
    todo = [frame.f_code]
    while todo and len(seen) < _MOST:
        code = todo.pop()
        if code in seen:
            continue
        seen.add(code)
        if "return_result" in (code.co_name, *code.co_names):
            return True
        todo += [each for each in code.co_consts if isinstance(each, CodeType)]
        todo += [found for name in code.co_names if (found := _function(name, classes, frame.f_globals)) is not None]
    return False


def _function(name: str, classes: Iterable[type], names: dict[str, Any]) -> CodeType | None:
    found = next((each.__dict__[name] for each in classes if name in each.__dict__), names.get(name))
    found = getattr(found, "__func__", found) if isinstance(found, (staticmethod, classmethod)) else found
    return found.__code__ if isinstance(found, FunctionType) else None
