"""What an author is told while the code runs: each thing once, where it happens, with what to do about it."""

from __future__ import annotations

import asyncio
import functools
import os
import sys
import threading
import warnings
from types import FrameType
from typing import TYPE_CHECKING, Any

from . import _bearing, _caller, _current, _failure, _frame, _package
from ._ticket import Ticket

if TYPE_CHECKING:
    from ._connection import Connection
    from ._node import Node

_WARN, _INFO = 3, 2

_told: dict[tuple[int, str, str], int] = {}
_MANY = 256  # of what costs commands their answers each is told, up to this many times
_lock = threading.Lock()


def tell(port: Any, rule: str, text: str, *, level: int = _WARN, source: int | str = 0, key: str = "", each: bool = False, **more: Any) -> None:
    """Tells one thing of a port's; the same thing about the same key only once, or each time it befalls a message."""
    place = _place(port.connection, source)
    _tell(port.connection, 0 if port.flags else port.number, rule, text, level, place, key or place or text, more, _current.work.get() if each else None)


def _tell(
    connection: Connection, number: int, rule: str, text: str, level: int, place: str, key: str, more: dict[str, Any], work: _current.Work | None = None
) -> None:
    """work is what the thing befell, where each such thing is told: else it is what is done now."""
    with _lock:
        before = _told.get((number, rule, key), 0)
        if before >= (_MANY if work is not None and work.id else 1):
            return
        _told[number, rule, key] = before + 1
    body: dict[str, Any] = {"rule": rule, "level": level, "text": text, "id": (work or _current.work.get()).id, "source": place}
    if more:
        body["property"] = more
    connection.soon(_frame.made(_frame.LINT, number, body))


def forget(number: int) -> None:
    """A node's number is free: the next one that has it is told anew."""
    with _lock:
        for entry in [entry for entry in _told if entry[0] == number]:
            del _told[entry]


def _place(connection: Connection, source: int | str) -> str:
    """file:line of a string number, of a text, or of the user's code that runs now."""
    if isinstance(source, str):
        return source
    if source:
        return next((text for text, number in connection._sent.items() if number == source), "")
    return users_line(sys._getframe(2))


def users_line(frame: FrameType | None) -> str:
    """file:line of the innermost frame that is not ours nor asyncio's."""
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(_caller._ASYNCIO):
            return ""
        if not name.startswith(_caller._WRAPPERS):
            return f"{name}:{frame.f_lineno}"
        frame = frame.f_back
    return ""


# ---- coroutines that nobody awaits, and exceptions that nobody sees: in tasks, threads, and what a loop calls


def install(connection: Connection) -> None:
    """Listens to what Python says by itself. From the first message of the engine on."""
    _watch_threads(connection)
    if not hasattr(warnings, "_warn_unawaited_coroutine"):
        return

    def unawaited(coro: Any) -> None:
        if connection.lost is None:
            _unawaited(connection, coro)
        made = f", made at {_origin(coro)}" if _origin(coro) else ""
        warnings.warn(f"coroutine '{coro.__qualname__}' was never awaited{made}", RuntimeWarning, stacklevel=2, source=coro)

    warnings._warn_unawaited_coroutine = unawaited  # type: ignore[attr-defined]


def _watch_threads(connection: Connection) -> None:
    """A thread remembers what it was started by, and what ends one is told."""
    start, hook = threading.Thread.start, threading.excepthook

    @functools.wraps(start)
    def started(thread: threading.Thread) -> None:
        thread._ten_work = _works()  # type: ignore[attr-defined]
        start(thread)

    def ended(args: Any) -> None:
        if connection.lost is None and isinstance(args.exc_value, Exception):
            _thread_ended(connection, args.exc_value)
        hook(args)

    threading.Thread.start, threading.excepthook = started, ended  # type: ignore[method-assign]


def _works() -> _current.Work:
    """What is done now; in a thread of the author's what has started it."""
    work = _current.work.get()
    return work if work.node is not None else getattr(threading.current_thread(), "_ten_work", work)


def _thread_ended(connection: Connection, problem: Exception) -> None:
    frames = [frame for frame, _ in _failure.frames_of(problem) if frame.f_code.co_filename != threading.__file__]
    name = _name_of(frames[0].f_code) if frames else "a thread"
    text = f"{name}() raised {_failure.reason_of(problem)} in a thread, where nobody sees it: catch the exception in it, and answer there what waits for it"
    _raised(connection, text, problem, _works())


def _name_of(code: Any) -> str:
    return getattr(code, "co_qualname", code.co_name)  # Python 3.10 has no other


def watch_loop(connection: Connection, loop: asyncio.AbstractEventLoop) -> None:
    """In a loop's thread: where coroutines are made is noted, and what its tasks let go is told."""
    sys.set_coroutine_origin_tracking_depth(1)
    loop.set_exception_handler(lambda loop, context: _unseen(connection, loop, context))


def _unawaited(connection: Connection, coro: Any) -> None:
    from . import _watch

    work = _current.work.get()
    place = _origin(coro)
    name = getattr(coro, "__qualname__", "a coroutine")
    if coro.cr_code.co_filename.startswith(_caller._WRAPPERS):
        name = coro.__name__  # the author has never heard of the class
    text = f"{name}() was called and never awaited, so nothing of it ran: write await before the call, or make a task of it"
    if place.startswith(_caller._ASYNCIO):  # the loop has called it, and is done with it
        text = f"{name}() was given to the loop as a callback and is a coroutine, so nothing of it ran: give the loop a plain function that makes a task of it"
        place, work = f"{coro.cr_code.co_filename}:{coro.cr_code.co_firstlineno}", _current.NOTHING
    if work.node is None:
        work = _work_in(connection, _watch._variables(coro))
    number = work.node.number if work.node is not None else 0
    bearing = _bearing.of_frames([coro.cr_frame]) if coro.cr_frame is not None else {}
    _tell(connection, number, "coroutine-not-awaited", text, _WARN, place, place or name, bearing, work)


def _work_in(connection: Connection, values: list[Any]) -> _current.Work:
    """What code was to do, as far as its variables say that: an extension, and a command."""
    nodes = [node for node in list(connection.nodes.values()) if any(value is node.extension or value is node.env for value in values)]
    ids = [value._ticket.id for value in values if isinstance(getattr(value, "_ticket", None), Ticket)]
    return _current.Work(ids[0] if ids else 0, nodes[0], "", "") if nodes else _current.NOTHING


def _origin(coro: Any) -> str:
    """file:line where a coroutine was made, where that was noted."""
    origin = getattr(coro, "cr_origin", None)
    return f"{origin[0][0]}:{origin[0][1]}" if origin else ""


def _unseen(connection: Connection, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What asyncio would log: above all a task that raised and that nobody awaited."""
    problem, task = context.get("exception"), context.get("task") or context.get("future")
    work = getattr(task, "_ten_work", None) or _current.NOTHING
    handle = context.get("handle")
    if isinstance(problem, Exception) and handle is not None:
        _callback_raised(connection, problem, handle)
    if isinstance(problem, BaseException) and "never retrieved" in str(context.get("message")):
        name, what = _name_and_kind(task, problem)
        text = f"{name}() raised {_failure.reason_of(problem)} in {what} that nobody awaits: keep {what.replace('a ', 'the ')} and await it, or catch the exception in it"
        _raised(connection, text, problem, work)
    loop.default_exception_handler(context)


def _name_and_kind(task: Any, problem: BaseException) -> tuple[str, str]:
    """What the code of a task is called, or of another future: that which has raised."""
    coro = getattr(task, "get_coro", lambda: None)()
    frames = [frame for frame, _ in _failure.frames_of(problem) if not frame.f_code.co_filename.startswith(_failure._LIBRARY)]
    if coro is None and frames:
        return _name_of(frames[0].f_code), "a future"
    return getattr(coro, "__qualname__", "a task"), "a task"


def _callback_raised(connection: Connection, problem: Exception, handle: Any) -> None:
    """What the loop called by itself raised: call_later, call_soon, add_done_callback."""
    work = getattr(handle, "_context", {}).get(_current.work, _current.NOTHING)
    name = getattr(getattr(handle, "_callback", None), "__qualname__", "<none>")
    what = "a callback of the loop" if name.endswith(">") else f"{name}(), a callback of the loop,"  # a lambda has no name either
    text = f"{what} raised {_failure.reason_of(problem)}, which nobody sees: catch the exception in it"
    _raised(connection, text, problem, work)


def _raised(connection: Connection, text: str, problem: BaseException, work: _current.Work) -> None:
    """An exception that nobody sees, in work; where that is not known, in what its frames speak of."""
    if work.node is None:
        work = _work_in(connection, [value for frame, _ in _failure.frames_of(problem) for value in frame.f_locals.values()])
    number, place = work.node.number if work.node is not None else 0, _failure.authors_line(problem)
    more = {"stack": _failure.stack_of(problem), **_bearing.of_exception(problem)}
    _tell(connection, number, "task-exception", text, _WARN, place, place, more, work)


# ---- a node's end


def at_stop(node: Node) -> None:
    """A node has ended: which of its tasks go on, and which properties nobody asked for."""
    if not node.connection.lints:
        return
    tasks = [task for task in list(node.tasks) if not task.done()]
    waited_for = {getattr(task, "_fut_waiter", None) for task in tasks} - {None}
    for task in tasks:
        if not _inner(task, waited_for):
            _pending(node, task)
    unread(node)


def _inner(task: asyncio.Task[Any], waited_for: set[Any]) -> bool:
    """Reports whether it was made by the wait_for in which another one waits: its author wrote only that other one."""
    callbacks = getattr(task, "_callbacks", None) or ()
    return any(argument in waited_for for call, _ in callbacks for argument in getattr(call, "args", ()) if isinstance(argument, asyncio.Future))


def _pending(node: Node, task: asyncio.Task[Any]) -> None:
    coro: Any = task.get_coro()
    name = getattr(coro, "__qualname__", "a task")
    place = _origin(coro)
    text = f"{name}() of {node.name} still runs after on_deinit and is cancelled now: keep the task, and end and await it in on_stop"
    _tell(node.connection, node.number, "task-pending", text, _WARN, place, place or name, {})


def unread(node: Node) -> None:
    """The properties that the graph sets and the extension never asked for."""
    store = node.properties
    if "" in store.read or not node.layer:
        return
    read = {path.split(":")[-1].split(".")[0].split("[")[0] for path in store.read}
    for name in node.layer:
        if name not in read and name != "ten":
            text = f"the property '{name}' is set and was never read: is it spelt as the extension reads it?"
            _tell(node.connection, node.number, "property-unread", text, _INFO, "", name, {})


# ---- what a package says of itself


def names(node: Node, addon: str) -> None:
    """The names of a package that must be one: of its manifest, its folder and its addon."""
    if not node.connection.lints or not node.base_dir:
        return
    root = _package.root_of(node.base_dir)
    manifest = _package.manifest(root)
    if manifest.get("type") != "extension":
        return
    folder, name = os.path.basename(root), manifest.get("name")
    path = os.path.join(root, "manifest.json")
    if name != addon:
        text = f"the manifest is called {name!r} and the addon {addon!r}: TEN looks for the addon under the manifest's name, make them one"
        _tell(node.connection, node.number, "names-disagree", text, _WARN, path, "manifest", {})
    elif folder != addon and not os.path.islink(root):
        text = f"the folder is called {folder!r} and the addon {addon!r}: TEN looks for the addon in a folder of its name, rename one of them"
        _tell(node.connection, node.number, "names-disagree", text, _WARN, path, "folder", {})


# ---- the process


class Memory:
    """Looks at how much memory the process holds. One that grows without end is told."""

    EVERY = 2_000_000_000  # ns
    GROWING = 15  # looks in a row
    AT_LEAST = 64 << 20  # bytes, over all of these

    def __init__(self) -> None:
        self.next = 0
        self.last = self.first = 0
        self.row = 0

    def look(self, connection: Connection, now: int) -> None:
        if now < self.next:
            return
        self.next = now + self.EVERY
        held = resident()
        if not held:
            return
        if held > self.last:
            if self.row == 0:
                self.first = self.last or held
            self.row += 1
        else:
            self.row = 0
        self.last = held
        if self.row >= self.GROWING and held - self.first >= self.AT_LEAST:
            text = (
                f"the process holds {held >> 20} MiB, {(held - self.first) >> 20} MiB more than {self.row * self.EVERY // 1_000_000_000} s ago, "
                "and it grew all the time: look what keeps messages, results or buffers"
            )
            number = next(iter(connection.nodes), 0)
            _tell(connection, number, "memory-growing", text, _WARN, "", "", {})


def resident() -> int:
    """The bytes of memory that the process holds; 0 where that cannot be told."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def flood(connection: Connection, number: int, text: str, place: str) -> None:
    """Lines of output were thrown away."""
    _tell(connection, number, "output-flood", f"{text}: print less, or raise the log level", _WARN, place, "", {})
