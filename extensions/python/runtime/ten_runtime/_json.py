"""Canonical JSON: the one text of a value, the same byte for byte in Go and Python.

``decode`` trusts the other end of the connection. ``parse`` trusts nobody: it reads what users write and says where it is
wrong. Both give dict, list, str, int, float, bool and None.
"""

from __future__ import annotations

import json
import re
from json import encoder as _encoder
from typing import Any, Callable

from ._scalar import INT64_MIN, UINT64_MAX

_DEPTH = 512


class JSONError(ValueError):
    """What is wrong with a JSON text, and where: ``line`` and ``column`` count characters from 1."""

    def __init__(self, line: int, column: int, reason: str) -> None:
        super().__init__(f"JSON {line}:{column}: {reason}")
        self.line = line
        self.column = column


def _no_json(value: object) -> None:
    """Buffers have no JSON: they are null there, and stand in the side table."""
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise TypeError(f"{type(value).__name__} is not a property value")


def _make_encoder() -> Callable[[Any, int], Any]:
    make = getattr(_encoder, "c_make_encoder", None)
    if make is not None:
        try:
            return make(None, _no_json, _encoder.encode_basestring, None, ":", ",", False, False, False)
        except TypeError:
            pass  # another signature: a later Python
    slow = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False, allow_nan=False, default=_no_json)
    return lambda value, _: slow.iterencode(value)


_chunks = _make_encoder()
_string = _encoder.encode_basestring
_SURROGATE = re.compile("[\ud800-\udfff]")


def encode(value: Any) -> bytes:
    """The canonical JSON of a value in which no float is NaN or infinite. Raises ValueError if one is."""
    text = "".join(_chunks(value, 0))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return whole_text(text).encode()


def whole_text(text: str) -> str:
    """text with surrogate pairs joined and lone surrogates replaced: UTF-8 has neither."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if _SURROGATE.search(text) else text


_scan = json.JSONDecoder().scan_once


def decode(text: bytes) -> Any:
    """The value of a canonical JSON text."""
    return _scan(str(text, "utf-8"), 0)[0]


# ---- pretty text, as TEN prints it

_number = (int, float)


def pretty(value: Any) -> str:
    """The text that get_property_to_json returns: objects and arrays over several lines, four spaces a level."""
    out: list[str] = []
    _pretty(value, "\n", out.append)
    return "".join(out)


def _pretty(value: Any, margin: str, put: Callable[[str], None]) -> None:
    if isinstance(value, str):
        put(_string(value))
    elif isinstance(value, dict) and value:
        deeper = margin + "    "
        before = "{" + deeper
        for key, item in value.items():
            put(before + _string(key) + ": ")
            _pretty(item, deeper, put)
            before = "," + deeper
        put(margin + "}")
    elif isinstance(value, list) and value:
        deeper = margin + "    "
        before = "[" + deeper
        for item in value:
            put(before)
            _pretty(item, deeper, put)
            before = "," + deeper
        put(margin + "]")
    else:
        put(_leaf(value))


def _leaf(value: Any) -> str:
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, float):
        return float.__repr__(value) if value - value == 0 else "null"  # NaN and the infinities have no JSON
    if isinstance(value, int):
        return int.__repr__(value)
    return "{}" if isinstance(value, dict) else "[]" if isinstance(value, list) else "null"


# ---- reading what users write

# Numbers that may not fit and escapes that may be half a character: then the careful reader decides.
_DOUBTFUL = re.compile(r"\d{19}|\d[eE][+-]?\d{3}|\\u[dD][89a-fA-F]|\d+\.\d{300}")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_NOT_BRACKET = re.compile(r"[^][{}]+")


def _refuse(name: str) -> Any:
    raise ValueError(name)


_strict = json.JSONDecoder(parse_constant=_refuse)


def parse(text: str) -> Any:
    """The value of a JSON text. Raises JSONError."""
    if not _DOUBTFUL.search(text) and not _deep(text):
        try:
            return _strict.decode(text)
        except (ValueError, RecursionError):
            pass  # the careful reader says where
    return _Reader(text).whole()


def _deep(text: str) -> bool:
    """Whether objects and arrays may lie in one another beyond what we read."""
    if text.count("[") + text.count("{") <= _DEPTH:
        return False
    brackets = _NOT_BRACKET.sub("", _QUOTED.sub("", text))
    for _ in range(_DEPTH):
        fewer = brackets.replace("[]", "").replace("{}", "")
        if fewer == brackets:
            break
        brackets = fewer
    return brackets != ""


_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)", re.ASCII)
_FRACTION = re.compile(r"\.\d+", re.ASCII)
_EXPONENT = re.compile(r"[eE][+-]?\d+", re.ASCII)
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_HEX = re.compile(r"\\u([0-9a-fA-F]{4})")
_SPACE = re.compile(r"[ \t\n\r]*")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORDS = (("true", True), ("false", False), ("null", None))


class _Reader:
    """A JSON text and how far it is read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def fail(self, reason: str) -> JSONError:
        before = self.text[: self.at]
        return JSONError(before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1, reason)

    def unexpected(self, wanted: str) -> JSONError:
        if self.at >= len(self.text):
            return self.fail(f"the text ends where {wanted} is expected")
        return self.fail(f"{self.text[self.at]!r} where {wanted} is expected")

    def space(self) -> None:
        self.at = _SPACE.match(self.text, self.at).end()  # type: ignore[union-attr]

    def take(self, char: str) -> bool:
        if self.text.startswith(char, self.at):
            self.at += 1
            return True
        return False

    def whole(self) -> Any:
        value = self.value()
        self.space()
        if self.at < len(self.text):
            raise self.unexpected("the end")
        return value

    def value(self) -> Any:
        """The value that begins here. Open containers lie on a list of our own: Python's stack is too small for 512 of them."""
        opened: list[tuple[Any, str | None]] = []
        while True:
            self.space()
            char = self.text[self.at : self.at + 1]
            if char == "{" or char == "[":
                if len(opened) == _DEPTH:
                    raise self.fail(f"more than {_DEPTH} levels of objects and arrays")
                self.at += 1
                self.space()
                value: Any = {} if char == "{" else []
                if not self.take("}" if char == "{" else "]"):
                    opened.append((value, self.key() if char == "{" else None))
                    continue
            else:
                value = self.scalar(char)
            if self.put(opened, value):
                return opened[0][0] if opened else value

    def put(self, opened: list[tuple[Any, str | None]], value: Any) -> bool:
        """Puts a value into the innermost open container, ends those that end here, and reports whether all have."""
        if not opened:
            return True
        while True:
            container, key = opened[-1]
            if key is None:
                container.append(value)
            else:
                container[key] = value
            end = "]" if key is None else "}"
            self.space()
            if not self.take(end):
                if not self.take(","):
                    raise self.unexpected(f"',' or '{end}'")
                if key is not None:
                    opened[-1] = (container, self.key())
                return False
            if len(opened) == 1:
                return True
            opened.pop()
            value = container

    def key(self) -> str:
        self.space()
        if not self.text.startswith('"', self.at):
            raise self.unexpected("a key in double quotes")
        key = self.string()
        self.space()
        if not self.take(":"):
            raise self.unexpected("':'")
        return key

    def scalar(self, char: str) -> Any:
        if char == '"':
            return self.string()
        if char == "-" or (char.isascii() and char.isdigit()):
            return self.number()
        for word, value in _WORDS:
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return value
        raise self.unexpected("a value")

    def number(self) -> int | float:
        start = self.at
        whole = _NUMBER.match(self.text, start)
        if whole is None:
            self.at += 1
            raise self.unexpected("a digit")
        self.at = whole.end()
        if self.text[self.at : self.at + 1] in "0123456789" and self.at < len(self.text):
            raise self.fail("a number does not begin with 0")
        real = self.part(_FRACTION, ".") | self.part(_EXPONENT, "eE")
        value = float(self.text[start : self.at]) if real else int(self.text[start : self.at]) if self.at - start <= 20 else 2**64
        if isinstance(value, float):
            if value - value != 0:
                self.at = start
                raise self.fail("the number is too large for a float64")
        elif not INT64_MIN <= value <= UINT64_MAX:
            self.at = start
            raise self.fail("the integer does not fit 64 bits; write it as a string or with a '.'")
        return value

    def part(self, pattern: re.Pattern[str], first: str) -> bool:
        """Skips a part of a number if it begins here."""
        if self.at >= len(self.text) or self.text[self.at] not in first:
            return False
        found = pattern.match(self.text, self.at)
        if found is None:
            self.at += 1
            if self.text[self.at : self.at + 1] in ("+", "-") and first != ".":
                self.at += 1
            raise self.unexpected("a digit")
        self.at = found.end()
        return True

    def string(self) -> str:
        self.at += 1
        parts: list[str] = []
        while True:
            plain = _PLAIN.match(self.text, self.at)
            parts.append(plain[0])  # type: ignore[index]
            self.at = plain.end()  # type: ignore[union-attr]
            if self.at >= len(self.text):
                raise self.fail("the string has no closing '\"'")
            if self.take('"'):
                return whole_text("".join(parts))
            if self.text[self.at] != "\\":
                raise self.fail("a line break or control character in a string; write it as an escape such as \\n")
            parts.append(self.escape())

    def escape(self) -> str:
        char = self.text[self.at + 1 : self.at + 2]
        if char == "":
            raise self.fail("the text ends within an escape")
        if char == "u":
            return self.unicode()
        if char not in _ESCAPES:
            raise self.fail('unknown escape; JSON has \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX')
        self.at += 2
        return _ESCAPES[char]

    def unicode(self) -> str:
        high = _HEX.match(self.text, self.at)
        if high is None:
            raise self.fail("\\u needs four hexadecimal digits")
        self.at = high.end()
        number = int(high[1], 16)
        if not 0xD800 <= number <= 0xDFFF:
            return chr(number)
        low = _HEX.match(self.text, self.at)
        if number < 0xDC00 and low is not None and 0xDC00 <= int(low[1], 16) <= 0xDFFF:
            self.at = low.end()
            return chr(0x10000 + ((number - 0xD800) << 10) + (int(low[1], 16) - 0xDC00))
        return "\ufffd"
