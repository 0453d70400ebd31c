"""Values of log fields."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from .error import TenError, make


class ValueType(IntEnum):
    """The types of a Value."""

    INVALID = 0
    NULL = 1
    BOOL = 2
    INT = 3
    FLOAT = 4
    STRING = 5
    BYTES = 6
    ARRAY = 7
    OBJECT = 8
    JSON_STRING = 9


_WORDS = {
    ValueType.BOOL: "a boolean",
    ValueType.INT: "an integer",
    ValueType.FLOAT: "a float",
    ValueType.STRING: "a string",
    ValueType.BYTES: "bytes",
    ValueType.ARRAY: "an array",
    ValueType.OBJECT: "an object",
    ValueType.JSON_STRING: "a JSON string",
}


class Value:
    """A value that knows its type. The getters return (value, None), or the type's zero and an error of code 4."""

    __slots__ = ("_type", "_data")

    def __init__(self, value_type: ValueType, value_data: Any = None) -> None:
        self._type = value_type
        self._data = value_data

    @classmethod
    def from_bool(cls, value: bool) -> Value:
        """A bool."""
        return cls(ValueType.BOOL, value)

    @classmethod
    def from_int(cls, value: int) -> Value:
        """An integer."""
        return cls(ValueType.INT, value)

    @classmethod
    def from_float(cls, value: float) -> Value:
        """A float."""
        return cls(ValueType.FLOAT, value)

    @classmethod
    def from_string(cls, value: str) -> Value:
        """A string."""
        return cls(ValueType.STRING, value)

    @classmethod
    def from_buf(cls, value: bytes) -> Value:
        """Bytes."""
        return cls(ValueType.BYTES, value)

    @classmethod
    def from_array(cls, value: list[Value]) -> Value:
        """An array of values."""
        return cls(ValueType.ARRAY, value)

    @classmethod
    def from_object(cls, value: dict[str, Value]) -> Value:
        """An object of values."""
        return cls(ValueType.OBJECT, value)

    @classmethod
    def from_json_string(cls, value: str) -> Value:
        """A JSON text, taken as it is."""
        return cls(ValueType.JSON_STRING, value)

    @classmethod
    def from_python(cls, value: Any) -> Value:
        """The value of a Python object; of one that has none the text ``str`` gives."""
        if isinstance(value, Value):
            return cls(value._type, value._data)
        if isinstance(value, bool):
            return cls.from_bool(value)
        if isinstance(value, int):
            return cls.from_int(value)
        if isinstance(value, float):
            return cls.from_float(value)
        if isinstance(value, str):
            return cls.from_string(value)
        if isinstance(value, bytes):
            return cls.from_buf(value)
        if isinstance(value, list):
            return cls.from_array([cls.from_python(item) for item in value])
        if isinstance(value, dict):
            return cls.from_object({str(key): cls.from_python(item) for key, item in value.items()})
        return cls.from_string(str(value))

    def get_type(self) -> ValueType:
        """The type."""
        return self._type

    def get_bool(self) -> tuple[bool, TenError | None]:
        """The bool."""
        return self._get(ValueType.BOOL, False)

    def get_int(self) -> tuple[int, TenError | None]:
        """The integer."""
        return self._get(ValueType.INT, 0)

    def get_float(self) -> tuple[float, TenError | None]:
        """The float."""
        return self._get(ValueType.FLOAT, 0.0)

    def get_string(self) -> tuple[str, TenError | None]:
        """The string."""
        return self._get(ValueType.STRING, "")

    def get_buf(self) -> tuple[bytes, TenError | None]:
        """The bytes."""
        return self._get(ValueType.BYTES, b"")

    def get_array(self) -> tuple[list[Value], TenError | None]:
        """The items."""
        return self._get(ValueType.ARRAY, [])

    def get_object(self) -> tuple[dict[str, Value], TenError | None]:
        """The members."""
        return self._get(ValueType.OBJECT, {})

    def get_json_string(self) -> tuple[str, TenError | None]:
        """The JSON text."""
        return self._get(ValueType.JSON_STRING, "")

    def _get(self, wanted: ValueType, zero: Any) -> tuple[Any, TenError | None]:
        if self._type == wanted:
            return self._data, None
        return zero, make(4, f"Value is not {_WORDS[wanted]}, got {self._type.name}")

    def __repr__(self) -> str:
        return f"Value({self._type.name}, {self._data!r})"


def plain(value: Value) -> Any:
    """The value as property values are: what JSON has, and bytes."""
    if value._type == ValueType.ARRAY:
        return [plain(item) for item in value._data]
    if value._type == ValueType.OBJECT:
        return {key: plain(item) for key, item in value._data.items()}
    return None if value._type in (ValueType.INVALID, ValueType.NULL) else value._data
