"""The types of TEN that Python's own do not tell apart.

A plain ``int`` is an int64 (above 2^63-1 a uint64), a plain ``float`` a float64, ``bytes`` is a buf. A number of another
size is one of the subclasses below: it counts like any number and keeps its type on its way through a graph.
"""

from __future__ import annotations

INT64_MIN, INT64_MAX, UINT64_MAX = -(2**63), 2**63 - 1, 2**64 - 1


class Int8(int):
    """An int8."""


class Int16(int):
    """An int16."""


class Int32(int):
    """An int32."""


class Uint8(int):
    """A uint8."""


class Uint16(int):
    """A uint16."""


class Uint32(int):
    """A uint32."""


class Uint64(int):
    """A uint64 that an int64 could hold too."""


class Float32(float):
    """A float32."""


# TEN's numbers of the types, as side tables have them.
NUMBERS: dict[type, int] = {
    Int8: 3,
    Int16: 4,
    Int32: 5,
    Uint8: 7,
    Uint16: 8,
    Uint32: 9,
    Uint64: 10,
    Float32: 11,
    float: 12,
    bytes: 14,
}
CLASSES: dict[int, type] = {number: cls for cls, number in NUMBERS.items()}

NAMES: dict[str, type] = {
    "int8": Int8,
    "int16": Int16,
    "int32": Int32,
    "int64": int,
    "uint8": Uint8,
    "uint16": Uint16,
    "uint32": Uint32,
    "uint64": Uint64,
    "float32": Float32,
    "float64": float,
    "buf": bytes,
}

_RANGES: dict[str, tuple[int, int]] = {
    "int8": (-(2**7), 2**7 - 1),
    "int16": (-(2**15), 2**15 - 1),
    "int32": (-(2**31), 2**31 - 1),
    "int64": (INT64_MIN, INT64_MAX),
    "uint8": (0, 2**8 - 1),
    "uint16": (0, 2**16 - 1),
    "uint32": (0, 2**32 - 1),
    "uint64": (0, UINT64_MAX),
}


def fits(name: str, value: int) -> bool:
    """Whether an integer type can hold value."""
    low, high = _RANGES[name]
    return low <= value <= high


def is_integer_type(name: str) -> bool:
    """Whether name is one of the eight integer types."""
    return name in _RANGES


def type_name(value: object) -> str:
    """TEN's name of value's type."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "bool"
    for name, cls in NAMES.items():
        if type(value) is cls:
            return "uint64" if name == "int64" and value > INT64_MAX else name  # type: ignore[operator]
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"
