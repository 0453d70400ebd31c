"""Where user code runs: loops for what is async, workers for what is not. Each is one thread."""

from __future__ import annotations

import asyncio
import collections
import queue
import selectors
import sys
import threading
import time
import traceback
from typing import TYPE_CHECKING, Any, Callable, Protocol

from . import _current, _lint
from ._connection import PIECE

if TYPE_CHECKING:
    from ._connection import Connection
    from ._current import Work


_LOOK = 0.5  # seconds after which a main thread that waits looks for signals


class Executor(Protocol):
    """What the reading thread hands frames to."""

    loop: asyncio.AbstractEventLoop | None  # of coroutines; None: it runs none
    thread_id: int

    def post(self, items: list[Any]) -> None:
        """Has frames handled on the executor's thread. Of each: type, flags, whom it is for, and where it lies: chunk, start, size."""

    def call(self, function: Callable[..., Any], *args: Any) -> None:
        """Has a function called there."""


class _Selector(selectors.DefaultSelector):  # type: ignore[misc, valid-type]
    """A loop comes here once a turn: that is when the last frames of it are flushed, and how the watch knows that the loop still turns."""

    connection: Connection
    executor: Loop
    busy_since = 0  # when the turn began; 0 while the loop waits
    _source: Any = None  # the key of the connection's socket, if this loop reads it
    _pull: Any = None

    def read(self, sock: Any, pull: Callable[[], None] | None) -> None:
        """Has pull called whenever there is something to read, or never again.

        It is called within select and not by the loop: what comes begins in the turn that finds it, where a reader of the
        loop's would take a turn of its own to have it begin in the next.
        """
        if self._source is not None:
            self.unregister(self._source.fileobj)
        self._source = self.register(sock, selectors.EVENT_READ) if sock is not None else None
        self._pull = pull

    def select(self, timeout: float | None = None) -> Any:
        connection = self.connection
        if connection.blocked:
            connection.watch.turned(self.executor)
        if connection.out:
            connection.flush()
        self.busy_since = 0
        ready = super().select(timeout)
        self.busy_since = time.monotonic_ns()
        connection.said, connection.due = 0, PIECE  # where several loops share it, its pieces are smaller or larger
        for at, (key, _) in enumerate(ready):
            if key is self._source:
                del ready[at]
                self._pull()
                break
        return ready


class _Task(asyncio.Task):  # type: ignore[type-arg]
    """A task that user code started: it knows in which callback."""

    _ten_work: Work


def _make_task(loop: asyncio.AbstractEventLoop, coro: Any, **options: Any) -> asyncio.Task[Any]:
    """Makes the tasks of user code. Those of handlers are made elsewhere, without this."""
    work = _current.work.get()
    if work.node is None:
        return asyncio.Task(coro, loop=loop, **options)
    task = _Task(coro, loop=loop, **options)
    task._ten_work = work
    work.node.tasks.add(task)
    return task


class Loop:
    """An asyncio loop in a thread of its own."""

    def __init__(self, connection: Connection, name: str, *, reads: bool = False) -> None:
        self.connection = connection
        self.reads = reads  # the connection, too
        self.selector = _Selector()
        self.selector.connection, self.selector.executor = connection, self
        self.loop = asyncio.SelectorEventLoop(self.selector)
        self.loop.set_task_factory(_make_task)  # type: ignore[arg-type]
        self.name = name
        self.thread_id = self.native_id = 0
        self._inbox: collections.deque[list[Any]] = collections.deque()
        self._scheduled = False
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.thread.start()

    @property
    def busy_since(self) -> int:
        """When the turn began that goes on; 0 while the loop waits."""
        return self.selector.busy_since

    def _run(self) -> None:
        self.thread_id, self.native_id = threading.get_ident(), threading.get_native_id()
        asyncio.set_event_loop(self.loop)
        self.connection.loops.add(self.thread_id)
        self.connection.watched.append(self)
        if self.connection.lints:
            _lint.watch_loop(self.connection, self.loop)
        if self.reads:
            self.connection.adopt(self)
        try:
            self.loop.run_forever()
            self.loop.run_until_complete(self._wind_up())
        finally:
            self.connection.release(self)
            self.connection.watched.remove(self)
            self.connection.loops.discard(self.thread_id)
            self.connection.flush()
            asyncio.set_event_loop(None)
            self.loop.close()

    async def _wind_up(self) -> None:
        """Cancels what user code left behind, and gives it half a second."""
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        if rest:
            await asyncio.wait(rest, timeout=0.5)
        await self.loop.shutdown_asyncgens()

    def stop(self) -> None:
        """Ends the loop; its thread ends soon after. From any thread."""
        try:
            self.loop.call_soon_threadsafe(self.loop.stop)
        except RuntimeError:
            pass  # it is closed already

    def join(self, timeout: float | None = None) -> None:
        """Waits for the thread, unless this is it."""
        if threading.current_thread() is not self.thread:
            self.thread.join(timeout)

    def post(self, items: list[Any]) -> None:
        self._inbox.append(items)
        if threading.get_ident() == self.thread_id:
            self._drain()
        elif not self._scheduled:
            self._scheduled = True
            try:
                self.loop.call_soon_threadsafe(self._drain)
            except RuntimeError:
                pass  # the loop has ended, and with it all that this is for

    def _drain(self) -> None:
        self._scheduled = False
        inbox = self._inbox
        depth = sys.get_coroutine_origin_tracking_depth()
        sys.set_coroutine_origin_tracking_depth(0)  # only coroutines of ours are made here, and nobody asks where
        try:
            while inbox:
                for item in inbox.popleft():
                    item[2].handle(item)
        finally:
            sys.set_coroutine_origin_tracking_depth(depth)

    def call(self, function: Callable[..., Any], *args: Any) -> None:
        try:
            self.loop.call_soon_threadsafe(function, *args)
        except RuntimeError:
            pass


class Worker:
    """A thread that does one thing after another."""

    loop = None

    def __init__(self, connection: Connection, name: str) -> None:
        self.connection = connection
        self.name = name
        self.busy_since = 0
        self.busy_with: Any = None
        self.thread_id = self.native_id = 0
        self._queue: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._stopped = False
        self.thread: threading.Thread | None = None

    def start(self) -> Worker:
        """Runs it in a new thread."""
        self.thread = threading.Thread(target=self.run, name=self.name, daemon=True)
        self.thread.start()
        return self

    def run(self) -> None:
        """Does what comes until stop, in the calling thread."""
        self.thread_id, self.native_id = threading.get_ident(), threading.get_native_id()
        self.connection.watched.append(self)
        on_main = threading.current_thread() is threading.main_thread()
        take, connection = self._look_and_take if on_main else self._queue.get, self.connection
        try:
            while not self._stopped:
                work = take()
                self.busy_since = time.monotonic_ns()
                if type(work) is list:
                    for item in work:
                        item[2].handle(item)
                        self.busy_since = time.monotonic_ns()
                        if connection.blocked:
                            connection.watch.turned(self)
                elif work is not None:
                    _do(*work)
                self.busy_since = 0
                if connection.blocked:
                    connection.watch.turned(self)
                if connection.out:
                    connection.flush()
        finally:
            self.connection.watched.remove(self)

    def _look_and_take(self) -> Any:
        """What comes next; None, at times, if nothing comes. Signals are handled on the main thread between two of its instructions,
        and one that comes just before it begins to wait, or to another thread, does not wake it."""
        try:
            return self._queue.get(True, _LOOK)
        except queue.Empty:
            return None

    def stop(self) -> None:
        """Ends it after what is in hand. From any thread."""
        self._stopped = True
        self._queue.put(None)

    def join(self, timeout: float | None = None) -> None:
        """Waits for the thread, unless this is it."""
        if self.thread is not None and threading.current_thread() is not self.thread:
            self.thread.join(timeout)

    def post(self, items: list[Any]) -> None:
        self._queue.put(items)

    def call(self, function: Callable[..., Any], *args: Any) -> None:
        self._queue.put((function, args))


def _do(function: Callable[..., Any], args: tuple[Any, ...]) -> None:
    """Calls a function of ours. User code in it is guarded there; what comes out here is our own mistake."""
    try:
        function(*args)
    except Exception:
        print("ten_runtime: internal error", file=sys.stderr)
        traceback.print_exc()
