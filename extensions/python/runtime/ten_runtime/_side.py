"""The side table: what canonical JSON cannot say of a value. A row of entries: path length u16, path, type u8, blob
length u32, blob.

Numbers of other sizes stand in the JSON and have an entry without a blob; buffers, NaN and the infinities are null there
and have one with their bytes (of floats big endian).
"""

from __future__ import annotations

import struct
from typing import Any, Callable

from . import _json, _path
from ._scalar import CLASSES, INT64_MAX, NUMBERS

_HEAD = struct.Struct("<H")
_TAIL = struct.Struct("<BI")
_QUIET = {12: bytes.fromhex("7ff8000000000000"), 11: bytes.fromhex("7fc00000")}
_FORMATS = {12: ">d", 11: ">f"}


def encode(value: Any) -> tuple[bytes, bytes]:
    """The canonical JSON of any value, and its side table."""
    table: list[bytes] = []
    plain = _plain(value, "", lambda path, number, blob: table.append(_entry(path, number, blob)))
    return _json.encode(plain), b"".join(table)


def _entry(path: str, number: int, blob: bytes) -> bytes:
    text = _json.whole_text(path).encode()
    return _HEAD.pack(len(text)) + text + _TAIL.pack(number, len(blob)) + blob


def _plain(value: Any, path: str, put: Callable[[str, int, bytes], None]) -> Any:
    """value as JSON has it; put gets what that leaves out."""
    if isinstance(value, dict):
        members = {}
        for key, item in value.items():  # loops: a comprehension is a second frame a level
            members[key] = _plain(item, _path.key_step(path, key), put)
        return members
    if isinstance(value, list):
        items = []
        for i, item in enumerate(value):
            items.append(_plain(item, _path.index_step(path, i), put))
        return items
    number = NUMBERS.get(type(value))
    if number is None:
        return value
    if number == 14:
        put(path, 14, value)
        return None
    if number in _FORMATS and value - value != 0:
        put(path, number, struct.pack(_FORMATS[number], value) if value == value else _QUIET[number])
        return None
    if number != 12 and not (number == 10 and value > INT64_MAX):
        put(path, number, b"")
    return value


def apply(root: Any, side: bytes) -> Any:
    """root, read from canonical JSON, with what its side table says. Raises ValueError if they do not fit."""
    at = 0
    while at < len(side):
        size = _HEAD.unpack_from(side, at)[0]
        path = str(side[at + 2 : at + 2 + size], "utf-8")
        number, length = _TAIL.unpack_from(side, at + 2 + size)
        at += 2 + size + _TAIL.size
        root = _put(root, path, number, bytes(side[at : at + length]))
        at += length
    return root


def _put(root: Any, path: str, number: int, blob: bytes) -> Any:
    if path == "":
        return _typed(root, number, blob)
    steps = _path.parse(path)
    if steps is None:
        raise ValueError(f"side table, path {path!r}: malformed")
    at = root
    for step in steps[:-1]:
        at = at[step]
    at[steps[-1]] = _typed(at[steps[-1]], number, blob)
    return root


def _typed(plain: Any, number: int, blob: bytes) -> Any:
    if number == 14:
        return blob
    cls = CLASSES[number]
    if plain is None:
        return cls(struct.unpack(_FORMATS[number], blob)[0])
    return cls(plain)
