"""The numbers of frames: what their setters accept."""

from __future__ import annotations

from typing import Any


def whole(value: Any, bits: int, refusal: type[Exception] = ValueError) -> int:
    """value, if it is an integer of so many bits; if it is none at all, the refusal is raised."""
    if not isinstance(value, int):
        raise refusal("the value must be an int")
    if not -(1 << (bits - 1)) <= value < 1 << (bits - 1):
        raise ValueError(f"the value does not fit {bits} bits")
    return int(value)
