"""A port is how something sends and gets answers: a node, an app, a tester. Envs are sugar over it."""

from __future__ import annotations

import asyncio
import collections
import threading
from typing import TYPE_CHECKING, Any, Callable, Collection

from . import _caller, _current, _frame, _log
from .audio_frame import AudioFrame
from .cmd import Cmd
from .cmd_result import CmdResult
from .data import Data
from .error import TenError, closed, generic, make
from .msg import Msg, _gone
from .video_frame import VideoFrame

if TYPE_CHECKING:
    from ._connection import Connection
    from ._executor import Executor
    from ._ticket import Ticket

CLASSES: dict[str, type[Msg]] = {
    "cmd": Cmd,
    "result": CmdResult,
    "data": Data,
    "audio_frame": AudioFrame,
    "video_frame": VideoFrame,
}

_LOCKED = "Locked resources are not allowed in messages sent from an extension."
_IN_PLACE = 16  # of a RESULT: the engine ended the command
_LARGE = 64 * 1024  # buffers from here on are not copied into their frame

_thread = threading.get_ident
_send_head = _frame.send_head.pack
_return_head = _frame.return_head.pack


class Port:
    """What nodes, apps and testers have in common."""

    __slots__ = ("connection", "number", "flags", "closed", "env", "executor", "name", "where", "classes", "properties", "api", "commands", "__weakref__")

    def __init__(self, connection: Connection, number: int, name: str) -> None:
        self.connection = connection
        self.number = number
        self.flags = 0
        self.closed = False  # the env answers with code 6
        self.env: Any = None
        self.executor: Executor = None  # type: ignore[assignment]
        self.name = name
        self.where = "ten_env"
        self.classes = CLASSES
        self.properties: Any = None  # a Properties, if there are any
        self.api: Any = None  # what the manifest says of messages: an Api, None if it says nothing
        self.commands: Collection[str] | None = ()  # the names of those that the graph connects; None: of all

    # ---- sending

    def send(self, msg: Msg, token: int, flags: int, relay: int, depth: int) -> TenError | None:
        """Sends a message, which is empty then. The caller has checked its type and that the env is open."""
        if msg._name is None:
            raise _gone()
        kind = msg._kind
        fields = buf = b""
        if kind != 1:
            if msg._locks:  # type: ignore[attr-defined]
                self.lint("locked-buffer", f"{msg._type} '{msg._name}' was sent with its buffer locked: call unlock_buf first; it was not sent")
                msg._taken()
                return generic(_LOCKED)
            buf = msg._buf or b""  # type: ignore[attr-defined]
            if kind != 3:
                fields = msg._packed()  # type: ignore[attr-defined]
        if self.api is not None:
            problem = self.api.leaving(self, msg, token)
            if problem is not None:
                return problem
        connection = self.connection
        props, side = (msg._raw, msg._side) if msg._raw is not None else msg._encoded()
        name, dests = msg._name.encode("utf-8", "replace"), msg._dests
        size = 52 + len(name) + len(fields) + len(props) + len(side) + len(dests) + len(buf)  # type: ignore[arg-type]
        if size > connection.limit:
            return self._too_large(msg, size)
        head = _send_head(
            size, 0x30, flags | self.flags, 0, self.number, token, _current.work.get().id, relay,
            _caller.here(connection, depth + 1), kind, len(fields), len(name), len(props), len(side), len(dests),  # type: ignore[arg-type]
        )  # fmt: skip
        msg._taken()
        if len(buf) < _LARGE:
            connection.write(b"".join((head, name, fields, props, side, dests, buf)))  # type: ignore[list-item]
        else:
            connection.large = True
            connection.out.extend((b"".join((head, name, fields, props, side, dests)), bytes(buf) if type(buf) is bytearray else buf))  # type: ignore[list-item]
            connection.write(b"")
        return None

    def _too_large(self, msg: Msg, size: int) -> TenError:
        text = f"{msg._type} '{msg._name}' would take {size} bytes; a message may take {self.connection.limit}."
        msg._taken()
        _log.runtime(self, 3, text)
        return generic(text)

    def answer(self, result: CmdResult, token: int, depth: int) -> TenError | None:
        """Returns a result to whom its command came from. One that answers nothing is dropped, with success."""
        if result._name is None:
            raise _gone()
        ticket = result._ticket
        if ticket is None:
            self._of_another(result, _caller.here(self.connection, depth + 1))
            result._taken()
            return None
        if self.api is not None:
            problem = self.api.answering(self, result)
            if problem is not None:
                return problem
        connection = self.connection
        props, side = result._encoded()
        size = 36 + len(props) + len(side)
        if size > connection.limit:
            return self._too_large(result, size)
        source = _caller.here(connection, depth + 1)
        flags = (1 if result._status else 0) | (2 if result._final else 0) | (4 if token else 0)
        if result._final:
            ticket.answered = True
        head = _return_head(size, 0x35, flags, 0, self.number, ticket.id, token, source, len(props), len(side))
        result._taken()
        connection.write(head + props + side if props else head)
        return None

    def _of_another(self, result: CmdResult, source: int) -> None:
        """A result that is returned belongs to no command that was received."""
        work = _current.work.get()
        so = f"that does not answer {work.name}" if work.callback == "on_cmd" else "that answers nobody"
        if result._completed or result._source is not None:  # it came in
            who = f" of {result._source[2]}" if result._source else ""
            what, do = f"the result{who} for {getattr(result, '_of', '') or 'a command'}, which it had sent itself", "make one of the command that on_cmd got, and copy what it shall say"
        else:
            what, do = "a result made of a command that it had sent", "make it of the command that on_cmd got; where that is sent on, send a clone of it"
        text = f"{self.name} returned {what}; {so}: {do}"
        self.lint("result-of-another", text, source=source, each=True)

    def refused(self, method: str) -> TenError:
        """The error of a call after the end."""
        return closed(self.where, method)

    # ---- what comes back

    def handle(self, item: Any) -> None:
        """One frame, on the executor's thread."""
        kind, flags, _, chunk, at, size = item
        if kind == _frame.RESULT:
            self.result(flags, chunk, at)
        elif kind == _frame.SENT:
            token, code = _frame.sent_body.unpack_from(chunk, at + 12)
            entry = self.connection.pending.pop(token, None)
            if entry is not None:
                entry.sent(make(code, str(chunk[at + 20 : at + size], "utf-8")) if code else None)
        else:
            self.control(kind, flags, chunk, at, size)

    def result(self, flags: int, chunk: bytes, at: int) -> None:
        """A RESULT frame."""
        token, place, props, side = _frame.result_body.unpack_from(chunk, at + 12)
        connection = self.connection
        entry = connection.pending.pop(token, None) if flags & 4 else connection.pending.get(token)
        if entry is None or (flags & _IN_PLACE and isinstance(entry, Awaited) and entry.future.done()):
            return  # nobody waits, and no extension is late
        result = object.__new__(self.classes["result"])
        result._name = "ten:result"
        result._props = None
        at += 28
        result._raw = chunk[at : at + props]
        result._side = chunk[at + props : at + props + side] if side else b""
        result._dests = b""
        result._special = False
        result._source = (connection.places.get(place) or connection.place(place)) if place else None
        result._ticket = entry.ticket
        result._status = flags & 1
        result._final = flags & 2 != 0
        result._completed = flags & 4 != 0
        if self.api is not None:
            self.api.answered(self, token, result)
        entry.result(result)

    def control(self, kind: int, flags: int, chunk: bytes, at: int, size: int) -> None:
        """A frame that concerns the port itself."""

    def done(self, stage: str) -> None:
        """The user says that a lifecycle callback is over."""
        raise ValueError(f"this ten_env has no on_{stage}")

    def made(self, instance: Any, context: object) -> None:
        """The user gives an instance."""
        raise ValueError("only the ten_env of an addon makes instances")

    def cut(self, reason: str) -> None:
        """The connection is over. On the executor's thread."""
        self.closed = True
        for token, entry in list(self.connection.pending.items()):
            if entry.port is self:
                del self.connection.pending[token]
                entry.sent(make(6, f"{self.where} is closed: {reason}"))

    def lint(self, rule: str, text: str, *, level: int = 3, source: int | str = 0, **more: Any) -> None:
        """Tells the author something about the code that runs now."""
        if self.connection.lints:
            from . import _lint

            _lint.tell(self, rule, text, level=level, source=source, **more)


class Awaited:
    """Waits for the one result of ``await send_cmd``, or for SENT."""

    __slots__ = ("port", "ticket", "name", "future", "loop", "since", "source")

    def __init__(self, port: Port, ticket: Ticket | None, name: str = "") -> None:
        self.port = port
        self.ticket = ticket
        self.name = name
        executor = port.executor
        # Python 3.11 and older ask the system for the process before they tell the running loop.
        self.loop = executor.loop if executor.thread_id == _thread() and executor.loop is not None else asyncio.get_running_loop()
        self.future: asyncio.Future[Any] = asyncio.Future(loop=self.loop)

    def result(self, result: CmdResult) -> None:
        """Results that are not the last are dropped: await gives one."""
        if result._completed:
            result._of = self.name
            self._set((result, None))

    def sent(self, error: TenError | None) -> None:
        """The command did not go out, or a message did."""
        self._set((None, error))

    def _set(self, value: Any) -> None:
        if self.loop is self.port.executor.loop:
            if not self.future.done():
                self.future.set_result(value)
            elif value[0] is not None:
                self._late(value[0])
        else:  # it was sent from a loop of the user's own
            try:
                self.loop.call_soon_threadsafe(_settle, self.future, value)
            except RuntimeError:
                pass  # that loop has ended


    def _late(self, result: CmdResult) -> None:
        who = result._source[2] if result._source else ""
        self.port.lint(
            "late-reply",
            f"{self.name} was answered{' by ' + who if who else ''} after {self.port.name} had stopped waiting (a timeout around send_cmd?)",
            level=2,
        )


def _settle(future: asyncio.Future[Any], value: Any) -> None:
    if not future.done():
        future.set_result(value)


class Stream:
    """Keeps the results of ``send_cmd_ex`` until they are read."""

    __slots__ = ("port", "ticket", "items", "waiter", "loop", "abandoned")

    def __init__(self, port: Port, ticket: Ticket | None) -> None:
        self.port = port
        self.ticket = ticket
        self.loop = asyncio.get_running_loop()
        self.items: collections.deque[Any] = collections.deque()
        self.waiter: asyncio.Future[None] | None = None
        self.abandoned = False

    def result(self, result: CmdResult) -> None:
        """The next item."""
        self._put((result, None, result._completed))

    def sent(self, error: TenError | None) -> None:
        """The only item, if the command did not go out."""
        if error is not None:
            self._put((None, error, True))

    def _put(self, item: Any) -> None:
        if self.abandoned:
            return
        self.items.append(item)
        if self.loop is self.port.executor.loop:
            self._notify()
        else:
            try:
                self.loop.call_soon_threadsafe(self._notify)
            except RuntimeError:
                pass

    def _notify(self) -> None:
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_result(None)

    async def next(self) -> Any:
        """The next (result, error, last)."""
        while not self.items:
            self.waiter = self.loop.create_future()
            await self.waiter
        return self.items.popleft()


class Handler:
    """Calls the handler of a synchronous send."""

    __slots__ = ("port", "ticket", "call")

    def __init__(self, port: Port, ticket: Ticket | None, call: Callable[..., Any]) -> None:
        self.port = port
        self.ticket = ticket
        self.call = call

    def result(self, result: CmdResult) -> None:
        """A result for the handler of a command."""
        self._run(result, None)

    def sent(self, error: TenError | None) -> None:
        """The command did not go out."""
        self._run(None, error)

    def _run(self, *args: Any) -> None:
        from . import _failure

        try:
            self.call(self.port.env, *args)
        except BaseException as problem:
            _failure.uncaught(self.port, problem)


class Report(Handler):
    """Calls the error handler of a message that wants no answer."""

    __slots__ = ()

    def sent(self, error: TenError | None) -> None:
        """The message is on its way, or not."""
        self._run(error)
