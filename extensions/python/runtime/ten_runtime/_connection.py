"""The one connection of this process to its engine.

A small thread reads it, splits frames and hands them over in batches, one for each executor. Where all coroutines share a
loop, that loop reads instead, and the thread looks after it: it reads when the loop does not come back. Frames that are
written are gathered in one list: on a loop's thread it is flushed at the end of a turn, and in pieces during a long one, on
other threads at once. Nobody waits for the socket but the reading thread: what does not fit into it is written by that
thread when it can be.
"""

from __future__ import annotations

import atexit
import gc
import itertools
import json
import os
import select
import socket
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Callable

from . import _engine, _flood, _frame, _lint, _watch
from ._engine import EngineError
from ._version import VERSION

if TYPE_CHECKING:
    from ._executor import Executor, Loop
    from ._port import Port

_thread = threading.get_ident
_READ = _frame.ALONE
_DELIVER, _RESULT, _OF_APP = _frame.DELIVER, _frame.RESULT, _frame.OF_APP
_HANDSHAKE = 15.0
_FLUSH_AT = 512  # frames that may wait for the end of a loop's turn
PIECE = 8  # frames of the first piece of a loop's turn
_VECTOR = 512  # parts of one write


class Connection:
    """The socket, who is reached through it, and what was agreed at the beginning."""

    def __init__(self, sock: socket.socket, role: str) -> None:
        self.role = role
        self.out: list[Any] = []  # frames to write, in bytes; appending needs no lock
        self.large = False  # whether a large buffer may be among them
        self.said = 0  # frames that were written in this turn of a loop
        self.flood = _flood.Flood(self)
        self.due = PIECE  # how many of them make the next piece
        self.pending: dict[int, Any] = {}  # token -> who waits for results or SENT
        self.nodes: dict[int, Any] = {}
        self.apps: dict[int, Any] = {}
        self.creator: Executor | None = None  # who makes instances that belong to no app: the child
        self.leave: Callable[[], None] | None = None  # ends the process when the connection has ended: the child's
        self.loops: set[int] = set()  # threads that flush at the end of their turn
        self.watched: list[Any] = []  # executors, for the watch
        self.making: tuple[int, int, int] | None = None  # the instance that is being made: its number, thread, since when
        self.limit = _frame.LIMIT
        self.slow_ns = 0
        self.lints = False
        self.shown = False  # log lines are seen where the engine is
        self.log_level = 1
        self.property: dict[str, Any] = {}
        self.lost: str | None = None  # why the connection has ended
        self._sock = sock
        self._lock = threading.Lock()
        self._rest: memoryview | None = None
        self._tokens = itertools.count(1)
        self._numbers = itertools.count(1)
        self._strings = itertools.count(1)
        self._sent: dict[str, int] = {}
        self._texts: dict[int, str] = {}
        self.places: dict[int, tuple[str, str, str] | None] = {}
        self._welcome = threading.Event()
        self.owner: Loop | None = None  # the loop that reads; without one the reading thread does
        self._reading = threading.Lock()
        self._over = False
        self._failed: Exception | None = None  # why what came cannot be read
        self._view = memoryview(bytearray(_READ))
        self._tail = b""  # the beginning of a frame
        self._large: memoryview | None = None  # what is missing of a large one
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_write, False)
        os.set_blocking(self._wake_read, False)
        self.watch = _watch.Watch(self)
        self.blocked = self.watch.blocked
        self._thread = threading.Thread(target=self._run, name="ten_runtime-io", daemon=True)

    # ---- beginning and end

    def start(self) -> None:
        """Says hello and waits for the answer. Raises EngineError if it is no."""
        hello = {
            "protocol": _frame.PROTOCOL,
            "runtime": VERSION,
            "python": ".".join(map(str, sys.version_info[:3])),
            "executable": sys.executable or "",
            "pid": os.getpid(),
            "argv": list(sys.argv) if hasattr(sys, "argv") else [],
            "role": self.role,
        }
        self.out.append(_frame.made(_frame.HELLO, 0, hello))
        self.flush()
        self._thread.start()
        if not self._welcome.wait(_HANDSHAKE) and self.lost is None:
            self.lost = "the engine does not answer"
        if self.lost is not None:
            raise EngineError(self.lost)

    def _welcomed(self, body: dict[str, Any]) -> None:
        self.limit = body.get("limit") or _frame.LIMIT
        self.slow_ns = int(body.get("slow_ms") or 0) * 1_000_000
        self.lints = bool(body.get("lints"))
        if self.lints:
            _lint.install(self)
        self.shown = bool(body.get("shown"))
        self.log_level = body.get("log_level") or 1
        self.property = body.get("property") or {}
        self._welcome.set()

    def end(self, reason: str) -> None:
        """The connection is over: all that wait are told."""
        if self.lost is not None:
            return
        self.lost = reason
        if not self._welcome.is_set():
            self._welcome.set()  # whoever waits for it says why there is none
            return
        if self.leave is not None:
            self.leave()
            return
        for port in list(self.nodes.values()):
            port.executor.call(port.cut, reason)
        deadline = time.monotonic() + 1.0
        while self.nodes and time.monotonic() < deadline:
            time.sleep(0.005)  # what waited for an answer may want to say something
        for port in list(self.apps.values()):
            port.executor.call(port.cut, reason)

    def finish(self, seconds: float = 1.0) -> None:
        """Writes what is left to write before the process ends."""
        self.flood.tell()
        deadline = time.monotonic() + seconds
        while (self.out or self._rest is not None) and self.lost is None and time.monotonic() < deadline:
            self.flush()
            if self._rest is not None:
                self.wake()
                time.sleep(0.001)
        if self._lock.acquire(timeout=seconds):  # another thread may be about to write the last of it
            self._lock.release()

    def forget(self) -> None:
        """In a forked child: the connection is the parent's."""
        for close in (self._sock.close, lambda: os.close(self._wake_read), lambda: os.close(self._wake_write)):
            try:
                close()
            except OSError:
                pass
        self.lost = "the process was forked; the connection is its parent's"
        self.out = []

    # ---- writing

    def token(self) -> int:
        """A number for a send whose results are wanted."""
        return next(self._tokens) & 0xFFFFFFFF or next(self._tokens)

    def number(self) -> int:
        """A number for an app."""
        return next(self._numbers)

    def text(self, text: str) -> int:
        """The string number of a text."""
        number = self._sent.get(text)
        if number is None:  # two threads at once may both tell it; nobody uses a number that is not yet told
            number = next(self._strings)
            self.out.append(_frame.packed(_frame.STRING, number, text.encode("utf-8", "replace")))
            self._sent[text] = number
        return number

    def write(self, frame: bytes) -> None:
        """Writes a frame: with its piece of the turn on a loop's thread, else at once.

        A turn that says much says it in pieces, so that the engine and the other processes work on the first while this
        one goes on: in one write all would wait for one another in turns. Each piece is twice the one before, because
        each costs everybody a wake-up.
        """
        self.out.append(frame)
        if _thread() not in self.loops:
            self.flush()
            return
        self.said += 1
        if self.said >= self.due:
            self.due += min(self.due + PIECE, _FLUSH_AT)
            self.flush()

    def soon(self, frame: bytes) -> None:
        """Writes a frame with the next flush, which the reading thread does if nobody else comes first."""
        self.out.append(frame)
        if len(self.out) > _FLUSH_AT:
            self.flush()
        elif threading.get_ident() not in self.loops:
            self.wake()

    def say(self, node: int, line: dict[str, Any]) -> None:
        """Writes a log line with the next flush, if it is not one of too many."""
        if self.flood.admits(node, line):
            self.soon(_frame.made(_frame.LOG, node, line))

    def tell(self, kind: int, node: int, body: dict[str, Any]) -> None:
        """Writes a frame with a JSON body."""
        self.write(_frame.made(kind, node, body))

    def flush(self) -> None:
        """Writes what has been gathered, as far as the socket takes it.

        It waits for no lock: a signal handler or a finalizer may come while this very thread is writing. Whoever finds
        another writer leaves its frames to it, for that one looks again once it has let go.
        """
        while self.out and self._rest is None:  # else the reading thread writes on
            if not self._lock.acquire(False):
                return
            try:
                self._send()
            finally:
                self._lock.release()

    def _send(self) -> None:
        out = self.out
        count = len(out)
        if count == 0 or self._rest is not None:
            return
        if self.large:
            self._send_large(out[:_VECTOR])
            return
        data = out[0] if count == 1 else b"".join(out[:count])
        del out[:count]
        if self.lost is not None:
            return
        try:
            sent = self._sock.send(data, socket.MSG_DONTWAIT)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # the reading thread finds the end
        if sent < len(data):
            self._rest = memoryview(data)[sent:]
            self.wake()

    def _send_large(self, parts: list[Any]) -> None:
        """Writes the first frames without putting them together: there is a large buffer among them."""
        out = self.out
        if self.lost is not None:
            del out[: len(parts)]
            return
        try:
            sent = self._sock.sendmsg(parts, (), socket.MSG_DONTWAIT)
        except BlockingIOError:
            sent = 0
        except OSError:
            del out[: len(parts)]
            return
        done = 0
        for part in parts:
            done += 1
            if sent < len(part):
                self._rest = memoryview(part)[sent:]
                self.wake()
                break
            sent -= len(part)
        del out[:done]
        if not out:
            self.large = False

    def _write_rest(self) -> None:
        with self._lock:
            if self._rest is None:
                return
            try:
                sent = self._sock.send(self._rest, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            except OSError:
                self._rest = None
                return
            self._rest = self._rest[sent:] if sent < len(self._rest) else None
        self.flush()

    def wake(self) -> None:
        """Has the reading thread look around."""
        try:
            os.write(self._wake_write, b"\0")
        except OSError:
            pass  # it is full, and so awake; or closed

    # ---- reading

    def place(self, number: int) -> tuple[str, str, str] | None:
        """The source that a string number stands for."""
        try:
            return self.places[number]
        except KeyError:
            place = tuple(json.loads(self._texts[number])) if number in self._texts else None
            self.places[number] = place  # type: ignore[assignment]
            return place  # type: ignore[return-value]

    def _run(self) -> None:
        reason = "the connection to tenbench was closed"
        try:
            reason = self._read_all() or reason
        except OSError as problem:
            reason = f"the connection to tenbench was lost: {problem}"
        except Exception as problem:  # a frame that breaks the form
            reason = f"what tenbench sent cannot be read: {type(problem).__name__}: {problem}"
            self.out.append(_frame.made(_frame.BYE, 0, {"reason": reason}))
            self.flush()
        self.end(self._bye or reason)
        try:
            self._sock.close()
        except OSError:
            pass

    _bye = ""

    def _read_all(self) -> str:
        """Reads until the end and returns the reason. While a loop reads, this only steps in when the loop does not come back."""
        poll = select.poll()
        sock, fd = self._sock, self._sock.fileno()
        poll.register(self._wake_read, select.POLLIN)
        asked = 0
        while not self._over:
            if self._failed is not None:
                raise self._failed
            owner = self.owner
            wanted = (select.POLLIN if owner is None else 0) | (select.POLLOUT if self._rest is not None else 0)
            if wanted != asked:
                if asked:
                    poll.unregister(sock)
                if wanted:
                    poll.register(sock, wanted)
                asked = wanted
            for ready, event in poll.poll(self.flood.wait(self.watch.timeout(owner))):
                if ready != fd:
                    os.read(self._wake_read, 4096)
                    self.flush()
                    continue
                if event & select.POLLOUT:
                    self._write_rest()
                if event & ~select.POLLOUT:
                    self.pull()
            self.flood.tick()
            self.watch.tick()
            if owner is not None and self.watch.stalled(owner):
                self.pull()
        return self._bye

    def adopt(self, loop: Loop) -> None:
        """Has a loop read the socket, on whose thread this is called: what comes is for it anyway, and no thread must wake another."""
        if self.owner is None and self.lost is None:
            self.owner = loop
            loop.selector.read(self._sock, self._pull_on_loop)
            self.wake()

    def release(self, loop: Loop) -> None:
        """The loop ends; the reading thread reads again."""
        if self.owner is loop:
            loop.selector.read(None, None)
            self.owner = None
            self.wake()

    def _pull_on_loop(self) -> None:
        if not self._reading.acquire(False):
            return  # the reading thread is at it
        try:
            self._pull()
        except Exception as problem:
            self._failed = self._failed or problem
        finally:
            self._reading.release()
        owner = self.owner
        if owner is not None and (self._over or self._failed is not None):
            self.release(owner)

    def pull(self) -> None:
        """Reads what there is and hands it over."""
        with self._reading:
            if self._failed is not None:
                raise self._failed
            self._pull()

    def _pull(self) -> None:
        large = self._large
        try:
            count = self._sock.recv_into(self._view if large is None else large, 0, socket.MSG_DONTWAIT)
        except (BlockingIOError, InterruptedError):
            return
        if count == 0:
            self._over = True
            if large is not None or self._tail:
                raise OSError("the connection ended within a frame")
        elif large is None:
            self._take(count)
        elif count < len(large):
            self._large = large[count:]
        else:
            self._large = None
            self._split(large.obj)  # type: ignore[arg-type]

    def _take(self, count: int) -> None:
        """Splits what was read. The beginning of a frame that is larger than what is read at once gets a buffer of its own."""
        tail = self._tail
        tail = self._tail = self._split(tail + self._view[:count] if tail else bytes(self._view[:count]))
        if len(tail) >= 4:
            size = int.from_bytes(tail[:4], "little")
            if size > _READ:
                whole = bytearray(size)
                whole[: len(tail)] = tail
                self._large, self._tail = memoryview(whole)[len(tail) :], b""

    def _split(self, chunk: bytes) -> bytes:
        """Hands over all whole frames of chunk and returns the rest."""
        unpack = _frame.header.unpack_from
        at, end = 0, len(chunk)
        batches: dict[Any, list[Any]] = {}
        latest: Any = None  # whose batch it is that grows: one frame follows another for the same executor
        batch: list[Any] = []
        nodes, limit = self.nodes, self.limit
        while end - at >= 12:
            size, kind, flags, _, number = unpack(chunk, at)
            if size < 12 or size > limit:
                raise ValueError(f"a frame of {size} bytes")
            if end - at < size:
                break
            if kind == _DELIVER or (kind == _RESULT and not flags & _OF_APP):
                port = nodes.get(number)
            else:
                port = self._port(kind, flags, number, chunk, at, size)
                limit = self.limit
            if port is not None:
                executor = port.executor
                if executor is not latest:
                    latest, batch = executor, batches.setdefault(executor, [])
                batch.append((kind, flags, port, chunk, at, size))
            at += size
        for executor, items in batches.items():
            executor.post(items)
        return chunk[at:]

    def _port(self, kind: int, flags: int, number: int, chunk: bytes, at: int, size: int) -> Any:
        """Whom one of the rarer frames is for. What concerns the connection itself is done here."""
        if kind == _frame.STRING:
            self._texts[number] = str(chunk[at + 12 : at + size], "utf-8")
            self.places.pop(number, None)
        elif kind == _frame.SENT:
            entry = self.pending.get(_frame.sent_body.unpack_from(chunk, at + 12)[0])
            return None if entry is None else entry.port
        elif kind == _frame.RESULT:
            return self.apps.get(number)
        elif kind == _frame.CREATE:
            app = self.apps.get(_frame.read(chunk, at, size).get("app", 0))
            return app if app is not None else self.creator
        elif _frame.APP_INIT <= kind <= _frame.APP_CLOSED:
            return self.apps.get(number)
        elif _frame.STAGE <= kind <= _frame.CLOSE or kind == _frame.WIRED:
            return self.nodes.get(number)
        elif kind == _frame.WELCOME:
            self._welcomed(_frame.read(chunk, at, size))
        elif kind == _frame.BYE:
            self._bye = _frame.read(chunk, at, size).get("reason", "")
        elif kind == _frame.COLLECT:
            gc.collect()
            token = _frame.token_body.unpack_from(chunk, at + 12)[0]
            self.write(_frame.token_frame.pack(16, _frame.COLLECTED, 0, 0, 0, token))
        elif kind == _frame.STACKS:
            self._stacks(_frame.read(chunk, at, size).get("token", 0))
        elif kind == _frame.READS:
            self._reads(number)
        return None

    def _stacks(self, token: int) -> None:
        self.tell(_frame.STACKS_ARE, 0, {"token": token, "work": _watch.work(self)})

    def _reads(self, number: int) -> None:
        node = self.nodes.get(number)
        if node is not None:
            self.tell(_frame.READS_ARE, number, {"reads": dict(node.properties.read)})


_connection: Connection | None = None
_opening = threading.Lock()


def open(role: str = "program", prepare: Callable[[Connection], None] | None = None) -> Connection:
    """The connection of this process, which begins with the first call. prepare is called before anything is read. Raises
    EngineError."""
    global _connection
    with _opening:
        if _connection is None or _connection.lost is not None:
            connection = Connection(_engine.connect(), role)
            if prepare is not None:
                prepare(connection)
            connection.start()
            _connection = connection
        return _connection


def current() -> Connection | None:
    """The connection, if there is one."""
    return _connection


def _forked() -> None:
    global _connection, _opening
    _opening = threading.Lock()
    if _connection is not None:
        _connection.forget()
        _connection = None


os.register_at_fork(after_in_child=_forked)


@atexit.register
def _at_exit() -> None:
    if _connection is not None:
        _connection.finish()


__all__ = ["Connection", "EngineError", "current", "open"]
