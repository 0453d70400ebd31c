"""What user code of a child prints, logs and warns becomes LOG frames. The descriptors 1 and 2 stay what the bench gave.

Where no frame can go any more, because the connection has ended or is the parent's, it goes to these: the bench reads them.
"""

from __future__ import annotations

import io
import logging
import os
import sys
import threading
import traceback
import warnings
from types import FrameType
from typing import TYPE_CHECKING, Any

from . import _current, _failure

if TYPE_CHECKING:
    from ._connection import Connection

_LONGEST = 16 * 1024  # characters of one line; what is longer goes on in the next

_connection: Connection
_partial = threading.local()


def install(connection: Connection) -> None:
    """Takes the streams, before user code runs."""
    global _connection
    _connection = connection
    sys.stdout = _Stream(1, 2)
    sys.stderr = _Stream(2, 3)
    logging.StreamHandler.emit = _emit  # type: ignore[method-assign]
    warnings.showwarning = _warned  # type: ignore[assignment]
    sys.excepthook = lambda kind, problem, trace: _raised(problem)
    threading.excepthook = lambda args: _raised(args.exc_value)
    sys.unraisablehook = _unraisable


def log(level: int, text: str, source: str) -> None:
    """One line, of the node whose code runs."""
    if _connection.lost is not None:
        last_words(text, 1 if level < 3 else 2)
        return
    work = _current.work.get()
    number = work.node.number if work.node is not None else 0
    _connection.say(number, {"level": level, "text": text, "id": work.id, "source": source})


class _Stream(io.TextIOBase):
    """sys.stdout or sys.stderr: each line is a log line. Threads do not mix theirs."""

    def __init__(self, fd: int, level: int) -> None:
        self._fd = fd
        self.level = level
        self.buffer = _Bytes(self)

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    @property
    def errors(self) -> str:  # type: ignore[override]
        return "replace"

    @property
    def name(self) -> str:
        return "<stdout>" if self._fd == 1 else "<stderr>"

    @property
    def mode(self) -> str:
        return "w"

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._fd

    def isatty(self) -> bool:
        return False

    def reconfigure(self, **kwargs: Any) -> None:
        """Accepted, without effect: lines go to the bench."""

    def write(self, text: str) -> int:
        self._take(text, sys._getframe(1))
        return len(text)

    def _take(self, text: str, frame: FrameType | None) -> None:
        held = getattr(_partial, self.name, "")
        if "\n" not in text and len(held) + len(text) < _LONGEST:
            setattr(_partial, self.name, held + text)
            return
        *lines, rest = (held + text).split("\n")
        while len(rest) >= _LONGEST:
            lines.append(rest[:_LONGEST])
            rest = rest[_LONGEST:]
        setattr(_partial, self.name, rest)
        source = f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame is not None else ""
        for line in lines:
            log(self.level, line.rstrip("\r"), source)

    def flush(self) -> None:
        """Nothing: whole lines are out already."""


class _Bytes(io.BufferedIOBase):
    """sys.stdout.buffer."""

    def __init__(self, stream: _Stream) -> None:
        self._stream = stream

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._stream.fileno()

    def write(self, data: Any) -> int:
        raw = bytes(data)
        self._stream._take(raw.decode("utf-8", "replace"), sys._getframe(1))
        return len(raw)

    def flush(self) -> None:
        """Nothing."""


_plain_emit = logging.StreamHandler.emit


def _emit(handler: logging.StreamHandler[Any], record: logging.LogRecord) -> None:
    """A line of logging keeps its level and place."""
    if not isinstance(handler.stream, _Stream):
        _plain_emit(handler, record)
        return
    try:
        log(_level(record.levelno), handler.format(record), f"{record.pathname}:{record.lineno}")
    except Exception:
        handler.handleError(record)


def _level(number: int) -> int:
    """The level of TEN for one of logging."""
    return 1 if number < logging.INFO else 2 if number < logging.WARNING else 3 if number < logging.ERROR else 4


def _warned(message: Any, category: type[Warning], filename: str, lineno: int, file: Any = None, line: str | None = None) -> None:
    if file is not None:
        file.write(warnings.formatwarning(message, category, filename, lineno, line))
        return
    log(3, f"{category.__name__}: {message}", f"{filename}:{lineno}")


def _raised(problem: BaseException | None) -> None:
    """An exception that ended a thread."""
    if problem is not None and not isinstance(problem, SystemExit):
        log(4, _failure.stack_of(problem), _failure.source_of(problem))


def _unraisable(args: Any) -> None:
    what = args.err_msg or "Exception ignored in"
    text = "".join(traceback.format_exception(args.exc_type, args.exc_value, args.exc_traceback))
    log(4, f"{what}: {args.object!r}\n{text}", "")


def last_words(text: str, fd: int = 2) -> None:
    """Says something where no frame can go any more."""
    try:
        os.write(fd, text.encode("utf-8", "replace") + b"\n")
    except OSError:
        pass
