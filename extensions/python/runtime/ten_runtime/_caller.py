"""Where in the user's code a call is made, as a string number."""

from __future__ import annotations

import importlib.util
import linecache
import os
import re
import sys
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._connection import Connection

# (id of the code, instruction) -> (connection, number, code). The code is kept, so that its id stays its own.
_known: dict[int, tuple[Any, int, CodeType]] = {}
_MOST = 20000
_WRAPPER = -1  # the number of code that only passes on what its own caller does

_HERE = os.path.dirname(os.path.abspath(__file__))
_OURS = ("ten_runtime.", "ten.")
_WRAPPERS = (_HERE + os.sep, os.path.join(os.path.dirname(_HERE), "ten") + os.sep)


def here(connection: Connection, depth: int) -> int:
    """The string number of file:line, so many frames above the caller. 0 if that is no user code."""
    try:
        frame = sys._getframe(depth + 1)
    except ValueError:
        return 0
    found = _known.get(id(frame.f_code) ^ (frame.f_lasti << 48))
    number = found[1] if found is not None and found[0] is connection else _number(connection, frame)
    while number == _WRAPPER:
        if frame.f_back is None:
            return 0
        frame = frame.f_back
        number = _number(connection, frame)
    return number


def _number(connection: Connection, frame: FrameType) -> int:
    code = frame.f_code
    key = id(code) ^ (frame.f_lasti << 48)
    found = _known.get(key)
    if found is not None and found[0] is connection:
        return found[1]
    if code.co_filename.startswith(_WRAPPERS):
        number = _WRAPPER
    elif code.co_filename.startswith(_ASYNCIO):
        number = 0  # a coroutine that was made into a task is called by the loop: nobody knows by whom it was made
    else:
        number = connection.text(f"{code.co_filename}:{frame.f_lineno}")
    if len(_known) > _MOST:
        _known.clear()
    _known[key] = (connection, number, code)
    return number


def _folder(name: str) -> str:
    spec = importlib.util.find_spec(name)
    return os.path.dirname(spec.origin) + os.sep if spec is not None and spec.origin else "\0"


_ASYNCIO = (_folder("asyncio"), "<frozen")


_DECORATORS = 20  # the most that are looked into


def of(function: Any) -> str:
    """file:line of a function, inside what decorates it; "" if it has none."""
    function = getattr(function, "__func__", function)
    for _ in range(_DECORATORS):
        function = getattr(function, "__wrapped__", function)
    code = getattr(function, "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if code is not None else ""


def of_user(function: Any) -> str:
    """file:line of a function that the user wrote, "" of others."""
    place = of(function)
    return "" if place.startswith(_WRAPPERS) else place


def of_callback(owner: Any, name: str) -> str:
    """file:line of a callback; of one that its author did not write, of the class that lacks it."""
    place = of_user(getattr(owner, name, None))
    for cls in type(owner).__mro__:
        if place or cls.__module__.startswith(_OURS):
            break
        place = _of_class(cls)
    return place


def lacks(owner: Any, name: str) -> bool:
    """Whether the author has not written a callback: it is the runtime's own, which does nothing."""
    return of(getattr(owner, name, None)).startswith(_WRAPPERS)


def _of_class(cls: type) -> str:
    """file:line of a class; "" where the line cannot be found, for that of one of its methods would be taken for the handler's."""
    codes = [member.__code__ for member in vars(cls).values() if hasattr(member, "__code__")]
    file = getattr(sys.modules.get(cls.__module__), "__file__", "") or ""
    methods = [code.co_firstlineno for code in codes if code.co_filename == file]
    line = getattr(cls, "__firstlineno__", 0) or _line_of_class(file, cls.__name__, min(methods, default=0))
    return f"{file}:{line}" if line else ""


def _line_of_class(file: str, name: str, method: int) -> int:
    """The line on which a class begins, which Python before 3.13 does not keep: the last one before its first method. 0 if it is not found."""
    begins = re.compile(rf"\s*class\s+{re.escape(name)}\b")
    lines = linecache.getlines(file)
    before = range(min(method, len(lines)) if method else len(lines))
    return next((at + 1 for at in reversed(before) if begins.match(lines[at])), 0)
