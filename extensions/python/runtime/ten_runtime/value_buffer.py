"""TEN's binary form of a Value: magic 0x010E u16, version u8, type u8, content size u32, content; little endian."""

from __future__ import annotations

import struct
from typing import Any

from .value import Value, ValueType

_HEADER = struct.Struct("<HBBI")
_MAGIC, _VERSION = 0x010E, 1
_LENGTH = struct.Struct("<I")
_INT, _FLOAT = struct.Struct("<q"), struct.Struct("<d")

_NUMBERS = {
    ValueType.BOOL: 1,
    ValueType.INT: 5,
    ValueType.FLOAT: 11,
    ValueType.STRING: 12,
    ValueType.BYTES: 13,
    ValueType.ARRAY: 14,
    ValueType.OBJECT: 15,
    ValueType.JSON_STRING: 17,
}
_INTEGERS = {2: "<b", 3: "<h", 4: "<i", 5: "<q", 6: "<B", 7: "<H", 8: "<I", 9: "<Q"}


def serialize_to_buffer(value: Value) -> bytes:
    """The bytes of a value. NULL, INVALID and data of another type than the value says have none: AssertionError."""
    assert isinstance(value, Value), f"a Value is expected, not {type(value).__name__}"
    try:
        content = _content(value)
    except (AttributeError, TypeError, UnicodeEncodeError, RecursionError, struct.error) as problem:
        raise AssertionError(f"the value cannot be serialized: {problem}") from None
    return _HEADER.pack(_MAGIC, _VERSION, _NUMBERS[value._type], len(content)) + content


def _content(value: Value) -> bytes:
    kind, data = value._type, value._data
    assert kind in _NUMBERS, f"{kind.name} cannot be serialized"
    if kind == ValueType.BOOL:
        return b"\x01" if data else b"\x00"
    if kind == ValueType.INT:
        assert -(2**63) <= data < 2**63, "the integer does not fit 64 bits"
        return _INT.pack(data)
    if kind == ValueType.FLOAT:
        return _FLOAT.pack(data)
    if kind in (ValueType.STRING, ValueType.JSON_STRING):
        return _sized(data.encode())
    if kind == ValueType.BYTES:
        return _sized(bytes(data))
    if kind == ValueType.ARRAY:
        return _LENGTH.pack(len(data)) + b"".join(bytes((_NUMBERS.get(item._type, 0),)) + _content(item) for item in data)
    parts = [_LENGTH.pack(len(data))]
    for key, item in data.items():
        parts += (_sized(key.encode()), bytes((_NUMBERS.get(item._type, 0),)), _content(item))
    return b"".join(parts)


def _sized(data: bytes) -> bytes:
    return _LENGTH.pack(len(data)) + data


def deserialize_from_buffer(data: bytes) -> Value:
    """The value of such bytes. Anything else is an AssertionError."""
    assert isinstance(data, (bytes, bytearray, memoryview)), f"bytes are expected, not {type(data).__name__}"
    assert len(data) >= _HEADER.size, "the buffer is too short"
    magic, version, kind, size = _HEADER.unpack_from(data)
    assert magic == _MAGIC, "the buffer does not begin with the magic number"
    assert version == _VERSION, f"version {version} is unknown"
    assert len(data) >= _HEADER.size + size, "the buffer is too short"
    try:
        value, end = _read(kind, data, _HEADER.size)
    except (struct.error, UnicodeDecodeError, RecursionError) as problem:
        raise AssertionError(f"the buffer is damaged: {problem}") from None
    assert end == _HEADER.size + size, "the content has another size than the header says"
    return value


def _read(kind: int, data: bytes, at: int) -> tuple[Value, int]:
    if kind == 0:
        return Value(ValueType.INVALID), at
    if kind == 1:
        return Value.from_bool(_take("<B", data, at) != 0), at + 1
    if kind in _INTEGERS:
        form = _INTEGERS[kind]
        return Value.from_int(_take(form, data, at)), at + struct.calcsize(form)
    if kind == 10:
        return Value.from_float(_take("<f", data, at)), at + 4
    if kind == 11:
        return Value.from_float(_take("<d", data, at)), at + 8
    if kind in (12, 13, 17):
        raw, end = _bytes(data, at)
        if kind == 13:
            return Value.from_buf(raw), end
        return (Value.from_string if kind == 12 else Value.from_json_string)(raw.decode()), end
    assert kind in (14, 15), f"type {kind} is unknown"
    return _array(data, at) if kind == 14 else _object(data, at)


def _take(form: str, data: bytes, at: int) -> Any:
    return struct.unpack_from(form, data, at)[0]


def _bytes(data: bytes, at: int) -> tuple[bytes, int]:
    size = _take("<I", data, at)
    assert at + 4 + size <= len(data), "the buffer is too short"
    return bytes(data[at + 4 : at + 4 + size]), at + 4 + size


def _array(data: bytes, at: int) -> tuple[Value, int]:
    count, at = _take("<I", data, at), at + 4
    items = []
    for _ in range(count):
        item, at = _read(_take("<B", data, at), data, at + 1)
        items.append(item)
    return Value.from_array(items), at


def _object(data: bytes, at: int) -> tuple[Value, int]:
    count, at = _take("<I", data, at), at + 4
    members = {}
    for _ in range(count):
        key, at = _bytes(data, at)
        members[key.decode()], at = _read(_take("<B", data, at), data, at + 1)
    return Value.from_object(members), at
