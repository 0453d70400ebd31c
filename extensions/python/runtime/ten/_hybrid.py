"""Values that serve callers of several eras at once.

A call of the older API either acted when it was called, or had to be awaited, depending on the version. The objects here are
the outcome of a call that has acted already, and can be awaited too.
"""
from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, Generator


class Done(Coroutine):
    """The outcome of something that has been done. It may be dropped, awaited, or given to create_task and gather."""

    __slots__ = ("_value",)

    def __init__(self, value: Any = None) -> None:
        self._value = value

    def __await__(self) -> Generator[Any, None, Any]:
        return self._value
        yield  # unreached: it makes this a generator

    def send(self, _value: Any) -> Any:
        raise StopIteration(self._value)

    def throw(self, typ: Any, val: Any = None, tb: Any = None) -> Any:
        if val is None:
            val = typ if isinstance(typ, BaseException) else typ()
        raise val.with_traceback(tb)

    def close(self) -> None:
        """Nothing is under way."""


class Begun(Coroutine):
    """A coroutine that has run to its first wait, so that it has acted. It may be dropped there, awaited, or given to create_task."""

    __slots__ = ("_coroutine", "_first")

    def __init__(self, coroutine: Coroutine[Any, Any, Any], first: Any) -> None:
        self._coroutine = coroutine
        self._first = first  # what it waits for

    def send(self, value: Any) -> Any:
        if self._first is None:
            return self._coroutine.send(value)
        first, self._first = self._first, None
        return first

    def throw(self, typ: Any, val: Any = None, tb: Any = None) -> Any:
        self._first = None
        return self._coroutine.throw(typ) if val is None else self._coroutine.throw(val)

    def close(self) -> None:
        self._coroutine.close()

    def __await__(self) -> "Begun":
        return self

    def __iter__(self) -> "Begun":
        return self

    def __next__(self) -> Any:
        return self.send(None)


def begin(coroutine: Coroutine[Any, Any, Any]) -> Begun | Done:
    """Run a coroutine to its first wait, or to its end."""
    try:
        return Begun(coroutine, coroutine.send(None))
    except StopIteration as stop:
        return Done(stop.value)


class _Awaitable:
    """A plain value that may be awaited for itself."""

    def __await__(self) -> Generator[Any, None, Any]:
        return self._plain()
        yield  # unreached: it makes this a generator

    def _plain(self) -> Any:
        raise NotImplementedError


class Text(_Awaitable, str):
    """A str that may be awaited."""

    def _plain(self) -> str:
        return str(self)


class Whole(_Awaitable, int):
    """An int that may be awaited."""

    def _plain(self) -> int:
        return int(self)


class Real(_Awaitable, float):
    """A float that may be awaited."""

    def _plain(self) -> float:
        return float(self)


class Truth(_Awaitable):
    """A truth value of the era in which it had to be awaited. bool cannot be subclassed, so it is not one."""

    __slots__ = ("_truth",)

    def __init__(self, truth: bool) -> None:
        self._truth = truth

    def __bool__(self) -> bool:
        return self._truth

    def __eq__(self, other: object) -> bool:
        return self._truth == other

    def __hash__(self) -> int:
        return hash(self._truth)

    def __repr__(self) -> str:
        return repr(self._truth)

    def _plain(self) -> bool:
        return self._truth


def run_now(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine that does not wait, and return its value.

    The calls of ten_runtime that this serves are coroutines for the sake of their form: properties lie in this process, and a
    message that is sent without asking for a report is on its way when the call returns.
    """
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    coroutine.close()
    raise RuntimeError("this call has to wait and cannot be made without await")
