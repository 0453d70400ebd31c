"""Property stores: a dict of plain values, and places in it named by paths."""

from __future__ import annotations

from typing import Any

from . import _path
from ._scalar import INT64_MAX, INT64_MIN, type_name
from .error import TenError, generic, make

MISSING: Any = object()
_GAP = 2**20


def lookup(root: dict[str, Any], path: str) -> Any:
    """The value at path, or MISSING: also if the path is malformed."""
    steps = _path.parse(path)
    if steps is None:
        return MISSING
    at: Any = root
    for step in steps:
        if type(step) is str:
            if type(at) is not dict or step not in at:
                return MISSING
        elif type(at) is not list or step >= len(at):  # type: ignore[operator]
            return MISSING
        at = at[step]
    return at


def assign(root: dict[str, Any], path: str, value: Any) -> TenError | None:
    """Puts value at path. Containers on the way are made, and gaps in arrays filled with null."""
    steps = _path.parse(path)
    if steps is None or type(steps[0]) is int:
        return make(3, "The property path is empty." if path == "" else f"The property path is malformed: {path}")
    if len(steps) == 1:
        root[steps[0]] = value  # type: ignore[index]
        return None
    problem = _too_far(root, steps)
    if problem is not None:
        return problem
    at: Any = root
    for step, following in zip(steps, steps[1:]):
        at = _enter(at, step, list if type(following) is int else dict)
    _fill(at, steps[-1])
    at[steps[-1]] = value
    return None


def _too_far(at: Any, steps: tuple[str | int, ...]) -> TenError | None:
    """An index far behind the end of its array is a typing error that would cost gigabytes."""
    for step in steps:
        if type(step) is int and step - (len(at) if type(at) is list else 0) > _GAP:
            return make(3, f"The index {step} is too far behind the end of the array.")
        if type(step) is str:
            at = at.get(step) if type(at) is dict else None
        else:
            at = at[step] if type(at) is list and step < len(at) else None
    return None


def _fill(at: Any, step: str | int) -> None:
    if type(step) is int and step >= len(at):
        at.extend([None] * (step + 1 - len(at)))


def _enter(at: Any, step: Any, wanted: type) -> Any:
    """The container at one step, made or replaced if it is none of the wanted type."""
    _fill(at, step)
    inner = at.get(step) if type(at) is dict else at[step]
    if type(inner) is not wanted:
        inner = at[step] = wanted()
    return inner


def merge(base: dict[str, Any], layer: dict[str, Any]) -> dict[str, Any]:
    """base with layer over it: objects are merged, everything else replaces."""
    merged = dict(base)
    for key, value in layer.items():
        below = merged.get(key)
        merged[key] = merge(below, value) if type(below) is dict and type(value) is dict else value
    return merged


# ---- typed access

_ZEROS = {"int64": 0, "float64": 0.0, "bool": False, "string": ""}


def unfit(value: Any, wanted: str) -> TenError:
    """The error of a getter that found another type."""
    return generic(f"The conversion from {type_name(value)} to {wanted} is unfit.")


def is_int(value: Any) -> bool:
    """Whether the int getter returns value."""
    return isinstance(value, int) and type(value) is not bool and value <= INT64_MAX


def fits(value: Any, wanted: str) -> bool:
    """Whether the getter of the wanted type returns value."""
    if wanted == "int64":
        return is_int(value)
    if wanted == "float64":
        return isinstance(value, float)
    return type(value) is (bool if wanted == "bool" else str)


def zero(wanted: str) -> Any:
    """What a getter returns beside an error."""
    return _ZEROS[wanted]


# ---- arguments of setters: ValueError, as TEN's binding raises

def checked_path(path: Any) -> str:
    """A path argument."""
    if type(path) is not str and not isinstance(path, str):
        raise ValueError("the property path must be a str")
    return path


def checked_int(value: Any) -> int:
    """An int argument, as an int64."""
    if not isinstance(value, int):
        raise ValueError("the value must be an int")
    if not INT64_MIN <= value <= INT64_MAX:
        raise ValueError("the value does not fit 64 bits")
    return int(value)


def checked_float(value: Any) -> float:
    """A float argument; ints are accepted."""
    if not isinstance(value, (int, float)):
        raise ValueError("the value must be a float")
    return float(value)


def checked_string(value: Any) -> str:
    """A str argument."""
    if not isinstance(value, str):
        raise ValueError("the value must be a str")
    if "\0" in value:
        raise ValueError("the value must not contain NUL")
    return value if type(value) is str else str.__str__(value)
