"""Log lines: to the engine, and in a program also where TEN would write them.

Without ``ten.log`` in an app's property that is stderr. The sinks are the process's own, as in TEN: the last app that
configures them decides.
"""

from __future__ import annotations

import datetime
import json
import os
import sys
import threading
from types import FrameType
from typing import Any, Callable

from . import _current, value_buffer
from .error import TenError, generic
from .value import Value, ValueType, plain

_LETTERS = {1: "D", 2: "I", 3: "W", 4: "E"}
_NAMES = {1: "DEBUG", 2: "INFO", 3: "WARN", 4: "ERROR"}
_LEVELS = {"debug": 1, "info": 2, "warn": 3, "error": 4, "off": 9}
_COLORS = {1: "\x1b[36m", 2: "\x1b[32m", 3: "\x1b[33m", 4: "\x1b[31m"}


class Record:
    """One line and all that is known of it."""

    __slots__ = ("level", "text", "category", "fields", "function", "file", "line", "time")

    def __init__(self, level: int, text: str, category: str, fields: dict[str, Any] | None, frame: FrameType | None) -> None:
        self.level = level if level in _LETTERS else 4
        self.text = text
        self.category = str(category)
        self.fields = fields
        self.function = frame.f_code.co_name if frame is not None else ""
        self.file = frame.f_code.co_filename if frame is not None else ""
        self.line = frame.f_lineno if frame is not None else 0
        self.time = datetime.datetime.now().astimezone()

    @property
    def source(self) -> str:
        """file:line."""
        return f"{self.file}:{self.line}" if self.file else ""


def write(port: Any, level: int, text: str, category: str | None, fields: Any, skip: int, sync: bool) -> TenError | None:
    """A line of user code, ``skip`` frames above the caller."""
    try:
        value = _object(fields)
    except Exception as problem:
        return generic(f"failed to convert fields: {problem}")
    try:
        members = None if value is None else _members(value)
    except Exception as problem:
        return generic(f"failed to serialize fields: {problem}")
    try:
        frame: FrameType | None = sys._getframe(skip)
    except ValueError:
        frame = None
    record = Record(int(level), str(text), category or "", members, frame)
    _emit(port, record)
    if sync:
        port.connection.flush()
    return None


def failure(port: Any, text: str, source: str) -> None:
    """The last line of a program: it must not fail."""
    record = Record(4, text, "", None, None)
    record.file, _, line = source.rpartition(":")
    record.line = int(line) if line.isdigit() else 0
    try:
        _emit(port, record)
    except Exception:
        print(text, file=sys.stderr)


def runtime(port: Any, level: int, text: str) -> None:
    """A line of the runtime itself."""
    _emit(port, Record(level, text, "ten:runtime", None, None))


def _object(fields: Any) -> Value | None:
    """The fields as a value."""
    if fields is None:
        return None
    value = fields if isinstance(fields, Value) else Value.from_python(fields)
    if value._type != ValueType.OBJECT:
        raise TypeError(f"fields must be a dict or an object, not {type(fields).__name__}")
    return value


def _members(value: Value) -> dict[str, Any]:
    """The fields as a line has them. What TEN cannot serialize it refuses, and so do we."""
    value_buffer.serialize_to_buffer(value)
    return plain(value)


def _emit(port: Any, record: Record) -> None:
    connection = port.connection
    if record.level >= connection.log_level:
        body: dict[str, Any] = {"level": record.level, "text": record.text, "id": _current.work.get().id, "source": record.source}
        if record.fields:
            body["fields"] = record.fields
        if record.category:
            body["category"] = record.category
        connection.say(0 if port.flags else port.number, body)
    if connection.role != "child":
        _sinks.write(port, record)


# ---- sinks of a program


class _Emitter:
    """A stream or file that lines are written to."""

    def __init__(self, config: dict[str, Any], kind: str) -> None:
        self.path = config.get("path", "") if kind == "file" else ""
        self.stream = config.get("stream", "stdout")
        self.fd = -1

    def write(self, line: str) -> None:
        if not self.path:
            stream = sys.stdout if self.stream == "stdout" else sys.stderr
            stream.write(line)
            stream.flush()
            return
        if self.fd < 0:
            folder = os.path.dirname(self.path)
            if folder:
                os.makedirs(folder, exist_ok=True)
            self.fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        os.write(self.fd, line.encode("utf-8", "replace"))

    def reopen(self) -> None:
        """Lets the next write open the file anew: it was rotated away."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1


class _Handler:
    """Which lines, in which form, where to."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.matchers = [m for m in config.get("matchers") or [] if isinstance(m, dict)]
        form = config.get("formatter") or {}
        self.format: Callable[[Any, Record], str] = _as_json if form.get("type") == "json" else _as_plain
        self.colored = bool(form.get("colored"))
        emitter = config.get("emitter") or {}
        self.emitter = _Emitter(emitter.get("config") or {}, emitter.get("type", "console"))

    def takes(self, record: Record) -> bool:
        """The last matcher of the record's category decides, else the last one without a category."""
        found = None
        for matcher in self.matchers:
            category = matcher.get("category")
            if category and record.category.startswith(category):
                found = matcher
        if found is None:
            for matcher in self.matchers:
                if not matcher.get("category"):
                    found = matcher
        return found is not None and record.level >= _LEVELS.get(str(found.get("level", "debug")).lower(), 1)


class _Sinks:
    """All handlers of the process."""

    def __init__(self) -> None:
        self.handlers: list[_Handler] | None = None
        self.lock = threading.Lock()

    def configure(self, config: Any) -> None:
        rows = config.get("handlers") if isinstance(config, dict) else None
        if isinstance(rows, list):
            kinds = ("console", "file")  # others have their own ways, which we do not take
            self.handlers = [_Handler(r) for r in rows if isinstance(r, dict) and (r.get("emitter") or {}).get("type") in kinds]

    def write(self, port: Any, record: Record) -> None:
        with self.lock:
            try:
                if self.handlers is None:
                    if not port.connection.shown:
                        sys.stderr.write(_as_plain(port, record))
                    return
                for handler in self.handlers:
                    if handler.takes(record):
                        line = handler.format(port, record)
                        handler.emitter.write(f"{_COLORS[record.level]}{line[:-1]}\x1b[0m\n" if handler.colored else line)
            except (OSError, ValueError):
                pass  # a full disk or a closed stream: the engine has the line

    def reopen(self) -> None:
        for handler in self.handlers or []:
            handler.emitter.reopen()


def _message(port: Any, record: Record) -> str:
    return f"[{port.name}] {record.text}"


def _as_plain(port: Any, record: Record) -> str:
    where = f" {record.function}@{os.path.basename(record.file)}:{record.line}" if record.file else ""
    fields = f" {json.dumps(record.fields, ensure_ascii=False, default=str)}" if record.fields else ""
    stamp = record.time.strftime("%m-%d %H:%M:%S.") + f"{record.time.microsecond // 1000:03d}"
    return f"{stamp} {os.getpid()}({threading.get_native_id()}) {_LETTERS[record.level]}{where} {_message(port, record)}{fields}\n"


def _as_json(port: Any, record: Record) -> str:
    members = {
        "timestamp": record.time.astimezone(datetime.timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "level": _NAMES[record.level],
        "category": record.category,
        "pid": os.getpid(),
        "tid": threading.get_native_id(),
        "function": record.function,
        "file": os.path.basename(record.file),
        "line": record.line,
        "message": _message(port, record),
        **(record.fields or {}),
    }
    return json.dumps(members, ensure_ascii=False, default=str) + "\n"


_sinks = _Sinks()


def configure(config: Any) -> None:
    """Takes the ``ten.log`` of an app."""
    _sinks.configure(config)


def reopen() -> None:
    """Opens log files anew."""
    _sinks.reopen()


__all__ = ["configure", "failure", "reopen", "runtime", "write"]
