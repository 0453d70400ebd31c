"""Watches whether loops and threads come back, and says what they are busy with. Runs on the reading thread.

That one is blocked is told by the reading thread; that it is not any more, by itself, before anything else that it says then:
the node, or the process, may be about to end.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import time
import traceback
from types import FrameType
from typing import TYPE_CHECKING, Any

from . import _bearing, _failure, _frame, _lint

if TYPE_CHECKING:
    from ._connection import Connection
    from ._current import Work

_HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep
_LIBRARY = (_HERE, os.path.dirname(os.path.abspath(asyncio.__file__)) + os.sep, os.path.abspath(traceback.__file__ or ""))
_NOT_THEIRS = (os.path.dirname(os.path.abspath(asyncio.__file__)) + os.sep, "site-packages" + os.sep)
_LOOK_MS = 100  # how often one looks after a loop that reads by itself
_BUSY_MS = 10  # how long a frame may wait behind code that does not come back


class _Waits:
    """How long a thread has waited for a processor in a turn: one that only lacks it blocks nothing.

    What is not known at the begin of the turn counts as a part of it if it was waited for since the last look. Where the
    system does not tell, nothing was waited for.
    """

    def __init__(self, thread: int) -> None:
        self._since = 0  # the begin of the turn
        self._before = 0  # what was waited for until then
        self._latest = 0
        self._fd = -1
        if sys.platform == "linux":
            try:
                self._fd = os.open(f"/proc/self/task/{thread}/schedstat", os.O_RDONLY)
            except OSError:
                pass

    def look(self, since: int) -> None:
        """Looks again; since is when the turn began that goes on, or 0."""
        if since != self._since:
            self._since, self._before = since, self._latest
        self._latest = self._read()

    def of(self, since: int) -> int:
        """The nanoseconds of the turn that began at since, until the last look."""
        return self._latest - self._before if since == self._since else 0

    def _read(self) -> int:
        if self._fd < 0:
            return 0
        try:
            return int(os.pread(self._fd, 64, 0).split()[1])
        except (OSError, ValueError, IndexError):
            return self._latest  # the thread has ended

    def close(self) -> None:
        """Nobody asks any more."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


class _Turn:
    """What is seen to run in one turn of a loop: one callback may hold it, or a row of them none of which does by itself."""

    def __init__(self, since: int) -> None:
        self.since = since
        self.row_since = since  # when what is not told yet began
        self.task = 0  # the id of the task that runs: who kept the task would keep what it has
        self.task_since = since
        self.row: list[str] = []  # what ran since row_since, as far as it was seen

    def look(self, task: int, work: Work, now: int) -> bool:
        """Notes what runs, and reports whether that is another task than before."""
        if task == self.task:
            return False
        before, self.task = self.task, task
        if work.since > self.since:
            self.task_since = work.since  # the first look at a turn may come late
        elif before:
            self.task_since = now
        self.row.append(work.what)
        return bool(before)

    def begin_row(self, now: int) -> None:
        """What ran before is told."""
        self.row_since, self.row = now, self.row[-1:]

    def named(self) -> str:
        """The row."""
        kinds = list(dict.fromkeys(self.row))
        return f"several {kinds[0]}" if len(kinds) == 1 else f"several callbacks ({', '.join(kinds[:3])})"


class Watch:
    """Which executors are blocked."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.memory = _lint.Memory()
        self.blocked: dict[Any, tuple[int, dict[str, Any], int]] = {}  # executor -> (since, body, node)
        self.waits: dict[Any, _Waits] = {}  # of each executor
        self.turns: dict[Any, _Turn] = {}  # that go on, of each loop
        self.looked = 0  # when these were looked at

    def timeout(self, owner: Any) -> float | None:
        """How many milliseconds the reading thread may sleep."""
        if owner is not None and self.connection.slow_ns == 0:
            return _LOOK_MS
        if any(executor.busy_since for executor in self.connection.watched):
            return _BUSY_MS
        return self.connection.slow_ns / 1e6 if self.connection.slow_ns and self.connection.watched else None

    def stalled(self, loop: Any) -> bool:
        """Whether a loop is so long at something that others must do its reading."""
        since = loop.busy_since
        return bool(since) and time.monotonic_ns() - since > _BUSY_MS * 1_000_000

    def tick(self) -> None:
        """Looks at each executor."""
        connection = self.connection
        if connection.out:
            connection.flush()
        if not connection.slow_ns:
            return
        now = time.monotonic_ns()
        if connection.lints:
            self.memory.look(connection, now)
        watched = list(connection.watched)
        self._look_at_waits(watched, now)
        for executor in watched:
            since = executor.busy_since
            told = self.blocked.get(executor)
            if told is not None and told[0] != since:
                self.turned(executor)
            elif since and now - since > _BUSY_MS * 1_000_000:
                self._look_at_turn(executor, since, now)
        for executor in [e for e in self.blocked if e not in connection.watched]:
            self.turned(executor)

    def _look_at_turn(self, executor: Any, since: int, now: int) -> None:
        turn = self.turns.get(executor)
        if turn is None or turn.since != since:
            turn = self.turns[executor] = _Turn(since)
        if getattr(executor, "loop", None) is not None:
            task = _current_task(executor)
            work = busy_with(executor) if task is not None and id(task) != turn.task else None
            told = self.blocked.get(executor)
            if work is not None and turn.look(id(task), work, now) and told is not None and not told[1]["row"]:
                self.turned(executor)
                turn.begin_row(now)
        waited, slow = self.waits[executor].of(since), self.connection.slow_ns
        if executor in self.blocked:
            return
        if now - turn.task_since - waited > slow:
            self._began(executor, since, turn.task_since)
        elif len(turn.row) > 1 and now - turn.row_since - waited > 2 * slow:  # by then it is clear that none does it alone
            self._began(executor, since, turn.row_since, turn.named())

    def _look_at_waits(self, watched: list[Any], now: int) -> None:
        for executor in watched:
            if executor not in self.waits:
                self.waits[executor] = _Waits(executor.native_id)
        if now - self.looked < _BUSY_MS * 1_000_000:
            return
        self.looked = now
        for executor in watched:
            self.waits[executor].look(executor.busy_since)
        for executor in [e for e in self.waits if e not in watched]:
            self.waits.pop(executor).close()
            self.turns.pop(executor, None)

    def _began(self, executor: Any, since: int, held: int, row: str = "") -> None:
        """An executor is blocked, in the turn that began at since, for as long as from held on."""
        work = busy_with(executor)
        frame = sys._current_frames().get(executor.thread_id)
        if executor.busy_since != since or frame is None or work is None:
            return
        body = {"id": work.id, "what": work.what, "since": held, "stack": stack_of(frame), "row": bool(row), "end": False}
        task = _current_task(executor)
        if getattr(task, "_ten_work", None) is work:  # what has started it may have ended long ago
            body.update(id=0, what=f"{_name_of(task)} (a task of {work.what})")
        if row:
            body.update(id=0, what=row)
        body["others"] = [node.number for node in list(self.connection.nodes.values()) if node.executor is executor and node is not work.node]
        self.connection.tell(_frame.BLOCKED, work.node.number, body)
        self.blocked[executor] = (since, body, work.node.number)

    def turned(self, executor: Any) -> None:
        """An executor is blocked no more, if it was. From any thread; it is told once."""
        told = self.blocked.pop(executor, None)
        if told is not None:
            self.connection.tell(_frame.BLOCKED, told[2], {**told[1], "end": True})


def busy_with(executor: Any) -> Work | None:
    """What runs on an executor now, as far as it is user code of a node."""
    if getattr(executor, "loop", None) is None:
        return executor.busy_with
    task = _current_task(executor)
    return None if task is None else work_of(executor.connection, task)


def _current_task(executor: Any) -> asyncio.Task[Any] | None:
    loop = getattr(executor, "loop", None)
    try:
        return asyncio.current_task(loop) if loop is not None else None
    except RuntimeError:
        return None


def _name_of(task: Any) -> str:
    return f"{getattr(task.get_coro(), '__qualname__', 'a task')}()"


def work_of(connection: Connection, task: asyncio.Task[Any]) -> Work | None:
    """What a task belongs to: a handler, a lifecycle callback, or what one of these started."""
    for node in list(connection.nodes.values()):
        for work in [*node.work.values(), node.stage_work]:
            if work is not None and work.task is task:
                return work
    started: Work | None = getattr(task, "_ten_work", None)
    return started


def stack_of(frame: FrameType | None, boot: str = "<frozen") -> str:
    """The lines of a thread's stack, innermost last, from the user's code on. boot is what the program itself calls its file."""
    summary = traceback.extract_stack(frame)
    while len(summary) > 1 and summary[0].filename.startswith(_LIBRARY + ("<frozen", boot)) or (len(summary) > 1 and "threading.py" in summary[0].filename):
        summary.pop(0)
    return "".join(summary.format())


def work(connection: Connection) -> list[dict[str, Any]]:
    """All that the process is busy with."""
    frames = sys._current_frames()
    running = {id(busy_with(executor)): executor for executor in list(connection.watched)}
    rows = []
    making = connection.making
    if making is not None:
        number, thread, since = making
        stack = stack_of(frames.get(thread), "<string>")
        rows.append({"node": number, "id": 0, "what": "import", "since": since, "await": "", "blocking": True, "stack": stack})
    for node in list(connection.nodes.values()):
        for each in [*list(node.work.values()), node.stage_work]:
            if each is not None:
                executor = running.get(id(each))
                rows.append(_row(each, frames.get(executor.thread_id) if executor is not None else None))
    return rows + _tasks(connection)


_MOST_TASKS = 256


def _tasks(connection: Connection) -> list[dict[str, Any]]:
    """What handlers that have ended have started: tasks that go on, or that raised what nobody has seen. The oldest messages come first."""
    rows = []
    for node in list(connection.nodes.values()):
        running = set(node.work)
        for task in _snapshot(node.tasks):
            started: Work = task._ten_work
            if started.id in running:
                continue
            row = _task_row(task, started)
            if row is not None and (started.id or task.done() or row["holds"]):
                rows.append(row)
    return sorted(rows, key=lambda row: row["id"])[:_MOST_TASKS]


def _snapshot(tasks: Any) -> list[Any]:
    """The loop's thread may add to them meanwhile."""
    for _ in range(3):
        try:
            return list(tasks)
        except RuntimeError:
            continue
    return []


def _task_row(task: Any, started: Work) -> dict[str, Any] | None:
    coro = task.get_coro()
    if getattr(coro, "cr_code", None) is None or coro.cr_code.co_filename.startswith(_HERE):
        return None  # it sends: there is nothing of the author's in it
    name = _name_of(task)
    row = {"node": started.node.number, "id": started.id, "what": name, "since": started.since, "await": "", "blocking": False, "task": True}
    if not task.done():
        coros = _awaits(task)
        lines = _lines(coros)
        return {**row, "await": _line(lines), "stack": "".join(lines), "holds": _held(coros, started.node.extension)}
    problem = getattr(task, "_exception", None)
    if problem is None or not getattr(task, "_log_traceback", False):
        return None
    raised = f"{name} raised {_failure.reason_of(problem)} in a task that nobody awaits: await it, or catch the exception in it"
    return {**row, "stack": _failure.stack_of(problem), "raised": raised, "source": _failure.source_of(problem), **_bearing.of_exception(problem)}


def _held(coros: list[Any], owner: Any) -> list[int]:
    """The messages that coroutines have which wait, if their code answers any."""
    frames = [frame for frame in map(_frame_of, coros) if frame is not None and not frame.f_code.co_filename.startswith(_HERE)]
    if not any(_bearing.answers(frame, owner) for frame in frames):
        return []
    return _bearing.holds(value for coro in coros for value in _variables(coro))


def _row(work: Work, frame: FrameType | None) -> dict[str, Any]:
    row = {"node": work.node.number, "id": work.id, "what": work.what, "since": work.since, "await": "", "blocking": frame is not None}
    if frame is not None:
        row["stack"] = stack_of(frame)
        return row
    lines = awaiting(work.task)
    row["stack"] = "".join(lines)
    row["await"] = _line(lines)
    return row


def _line(lines: list[str]) -> str:
    """The author's innermost line among those of a traceback, else the innermost."""
    own = [line for line in lines if not any(part in line for part in _NOT_THEIRS)]
    return (own or lines or [""])[-1].strip().split("\n")[-1].strip()


def awaiting(task: asyncio.Task[Any] | None) -> list[str]:
    """The coroutines that a task waits in, outermost first, in the form of a traceback; with those of the one task that it waits for."""
    return _lines(_awaits(task))


def _lines(coros: list[Any]) -> list[str]:
    frames = [frame for frame in map(_frame_of, coros) if frame is not None and not frame.f_code.co_filename.startswith(_HERE)]
    return traceback.StackSummary.extract((frame, frame.f_lineno) for frame in frames).format()


def _frame_of(coro: Any) -> FrameType | None:
    return getattr(coro, "cr_frame", None) or getattr(coro, "gi_frame", None) or getattr(coro, "ag_frame", None)


_MOST_NESTED = 16  # tasks that wait for one another


def _awaits(task: asyncio.Task[Any] | None) -> list[Any]:
    """The coroutines that a task waits in, and those of the one task that it waits for."""
    coros: list[Any] = []
    for _ in range(_MOST_NESTED):
        coro: Any = task.get_coro() if task is not None else None
        if task is None or _frame_of(coro) is None:
            break
        while _frame_of(coro) is not None:
            coros.append(coro)
            coro = getattr(coro, "cr_await", None) or getattr(coro, "gi_yieldfrom", None) or getattr(coro, "ag_await", None)
        task = _awaited(task, coros[-1])
    return coros


def _awaited(task: asyncio.Task[Any], last: Any) -> asyncio.Task[Any] | None:
    """The task that a task waits for in its last coroutine: itself, through wait_for, or as the only one of a gather that is not done."""
    waits_for: Any = getattr(task, "_fut_waiter", None)
    if getattr(last, "__name__", "") == "wait_for":
        waits_for = next((each for each in _variables(last) if isinstance(each, asyncio.Task)), waits_for)
    rest = [each for each in getattr(waits_for, "_children", ()) if not each.done()]
    if len(rest) == 1:
        waits_for = rest[0]
    return waits_for if isinstance(waits_for, asyncio.Task) else None


def _variables(coro: Any) -> list[Any]:
    """What a coroutine that waits refers to. f_locals would keep it in the frame, also what the frame lets go of later."""
    found = gc.get_referents(coro)
    for frame in [each for each in found if isinstance(each, FrameType)]:
        found += gc.get_referents(frame)
    return found
