"""Nodes: the extensions, and testers, that run in this process."""

from __future__ import annotations

import asyncio
import time
import weakref
from typing import TYPE_CHECKING, Any, Callable

from . import _caller, _current, _failure, _frame, _lint, _package, _placeholder, _schema, _store
from ._api import Api
from ._current import Work
from ._frame import begun_frame, deliver_body, ended_frame
from ._port import Port
from ._properties import Properties
from ._ticket import Ticket
from .cmd_result import CmdResult, StatusCode
from .msg import Msg

if TYPE_CHECKING:
    from ._connection import Connection

_now = time.monotonic_ns
_new = object.__new__
_begin, _end = begun_frame.pack, ended_frame.pack
_DELIVER, _RESULT = _frame.DELIVER, _frame.RESULT
_Task = asyncio.Task

_KINDS = {1: ("cmd", "on_cmd"), 3: ("data", "on_data"), 4: ("audio_frame", "on_audio_frame"), 5: ("video_frame", "on_video_frame")}
STAGES = ("configure", "init", "start", "stop", "deinit")

class Node(Port):
    """An instance with its env, its properties and what it is busy with."""

    __slots__ = (
        "extension",
        "graph_id",
        "base_dir",
        "stage",  # the lifecycle callback that runs, "" if none does
        "work",  # id of a delivery -> what is done with it
        "stage_work",
        "tasks",  # what its code started
        "closing",
        "interrupted",
        "handlers",  # kind -> (message class, name of the callback, string number of its source)
        "is_async",
        "release",

        "source",
        "layer",
    )

    def __init__(self, connection: Connection, number: int, name: str, extension: Any, env_class: type, app: Callable[[], dict[str, Any]]) -> None:
        super().__init__(connection, number, name)
        self.extension = extension
        self.graph_id = ""
        self.base_dir: str | None = None
        self.stage = ""
        self.work: dict[int, Work] = {}
        self.stage_work: Work | None = None
        self.tasks: weakref.WeakSet[asyncio.Task[Any]] = weakref.WeakSet()
        self.closing = False
        self.interrupted = False
        self.is_async = False
        self.release: Callable[[], None] | None = None  # gives the executor back
        self.source = ""
        self.layer: dict[str, Any] = {}
        self.classes = {**self.classes, **(getattr(extension, "_message_classes", None) or {})}
        self.env = env_class(self)
        self.properties = Properties(self, app)
        self.properties.wrote = self._wrote
        self.handlers = {kind: (self.classes[name], call, self._source_of(call)) for kind, (name, call) in _KINDS.items()}

    def _source_of(self, callback: str) -> int:
        text = _caller.of_callback(self.extension, callback)
        return self.connection.text(text) if text else 0

    def _wrote(self, path: str, value: Any) -> None:
        self.connection.soon(_frame.made(_frame.PROPERTY, self.number, {"path": path, "value": value}))

    # ---- messages

    def handle(self, item: Any) -> None:
        kind, flags, _, chunk, at, size = item
        if kind == _RESULT:
            self.result(flags, chunk, at)
            return
        if kind != _DELIVER:
            super().handle(item)
            return
        msg, work, source = self._message(chunk, at, size)
        if self.api is not None and self._refused(msg, work, source):
            return
        if self.is_async:  # in a task of its own
            work.task = _Task(self._run(msg, work, source, msg._ticket), loop=self.executor.loop)
        else:
            self._call(msg, work, source)

    def _message(self, chunk: bytes, at: int, size: int) -> tuple[Msg, Work, int]:
        """The message of a DELIVER frame."""
        id, place, kind, fields, name, props, side = deliver_body.unpack_from(chunk, at + 12)
        cls, callback, source = self.handlers[kind]
        msg = _new(cls)
        end = at + size
        at += 36
        msg._name = str(chunk[at : at + name], "utf-8")
        at += name
        if kind != 1:
            msg._locks = 0
            if kind != 3:
                msg._unpack(chunk, at)
                at += fields
            buf = at + props + side
            if size > _frame.ALONE and buf < end:
                msg._buf = memoryview(chunk)[buf:end]
            else:
                msg._buf = chunk[buf:end] if buf < end else None
            msg._ticket = None
        else:
            msg._ticket = Ticket(id, self.freed)
        msg._props = None
        msg._raw = chunk[at : at + props]
        msg._side = chunk[at + props : at + props + side] if side else b""
        msg._dests = b""
        msg._special = False
        connection = self.connection
        msg._source = connection.places.get(place) or connection.place(place)
        work = Work(id, self, callback, msg._name)
        self.work[id] = work
        return msg, work, source

    def _refused(self, msg: Msg, work: Work, source: int) -> bool:
        """Answers a command that the manifest does not allow, drops another such message, and reports whether it was one."""
        problem = self.api.arriving(self, msg)
        if not problem:
            return False
        out = self.connection.out
        out.append(_begin(32, 0x33, 0, 0, self.number, work.id, _now(), source))
        if msg._kind == 1:
            result = CmdResult.create(StatusCode.ERROR, msg)  # type: ignore[arg-type]
            result.set_property_string("detail", problem)
            self.answer(result, 0, 0)
        out.append(_end(28, 0x34, 0, 0, self.number, work.id, _now()))
        self.work.pop(work.id, None)
        return True

    async def _run(self, msg: Msg, work: Work, source: int, ticket: Ticket | None) -> None:
        # The ticket is an argument so that it lives until the handler has ended.
        out = self.connection.out
        work.since = now = _now()
        out.append(_begin(32, 0x33, 0, 0, self.number, work.id, now, source))
        _current.work.set(work)
        try:
            await getattr(self.extension, work.callback)(self.env, msg)
        except GeneratorExit:
            raise
        except BaseException as problem:
            self.raised(problem)
        out.append(_end(28, 0x34, 0, 0, self.number, work.id, _now()))
        self.work.pop(work.id, None)

    def _call(self, msg: Msg, work: Work, source: int) -> None:
        """Runs a handler that is no coroutine."""
        out = self.connection.out
        work.since = now = _now()
        out.append(_begin(32, 0x33, 0, 0, self.number, work.id, now, source))
        token = _current.work.set(work)
        self.executor.busy_with = work  # type: ignore[attr-defined]
        ticket = msg._ticket
        try:
            getattr(self.extension, work.callback)(self.env, msg)
        except BaseException as problem:
            self.raised(problem)
        _current.work.reset(token)
        self.executor.busy_with = None  # type: ignore[attr-defined]
        out.append(_end(28, 0x34, 0, 0, self.number, work.id, _now()))
        del ticket
        self.work.pop(work.id, None)

    def raised(self, problem: BaseException) -> None:
        """A callback let an exception go. A cancellation of ours, at the end, is none."""
        if isinstance(problem, asyncio.CancelledError) and (self.closing or getattr(self.extension, "_may_be_cancelled", False)):
            return
        _failure.uncaught(self, problem)

    def freed(self, id: int) -> None:
        """Nobody can answer the command any more."""
        connection = self.connection
        if connection.lost is None:
            connection.soon(_frame.freed_frame.pack(20, _frame.FREED, 0, 0, self.number, id))

    # ---- lifecycle

    def control(self, kind: int, flags: int, chunk: bytes, at: int, size: int) -> None:
        if kind == _frame.STAGE:
            self._begin_stage(_frame.read(chunk, at, size))
        elif kind == _frame.INTERRUPT:
            self._interrupt()
        elif kind == _frame.CLOSE:
            self._close()
        elif kind == _frame.WIRED:
            self.commands = _frame.read(chunk, at, size)["commands"]

    def _begin_stage(self, body: dict[str, Any]) -> None:
        stage = body["stage"]
        self.stage = stage
        work = self.stage_work = Work(0, self, "on_" + stage, "")
        if stage == "configure":
            self.layer = body.get("layer") or {}
            self.properties.configuring = True
        if self.is_async:
            work.task = asyncio.Task(self._run_stage(stage, work), loop=self.executor.loop)  # type: ignore[attr-defined]
            return
        token = _current.work.set(work)
        self.executor.busy_with = work  # type: ignore[attr-defined]
        try:
            self.call_stage(stage)
        except BaseException as problem:
            self._stage_raised(stage, problem)
        _current.work.reset(token)
        self.executor.busy_with = None  # type: ignore[attr-defined]

    def call_stage(self, stage: str) -> Any:
        """Calls the user's lifecycle callback."""
        self._clock(stage, False)
        return getattr(self.extension, "on_" + stage)(self.env)

    async def _run_stage(self, stage: str, work: Work) -> None:
        _current.work.set(work)
        try:
            await self.call_stage(stage)
        except GeneratorExit:
            raise
        except BaseException as problem:
            self._stage_raised(stage, problem)
            return
        self._finish_stage(stage)

    def _clock(self, stage: str, end: bool) -> None:
        self.connection.tell(_frame.STAGE_BEGUN, self.number, {"stage": stage, "time": _now(), "end": end})

    def done(self, stage: str) -> None:
        if stage == self.stage:
            self._clock(stage, True)  # handlers may be handled before the executor comes to the end
        self.executor.call(self._done, stage)

    def _done(self, stage: str) -> None:
        """The user said that a stage is over. In the wrong one, or twice, that is a mistake without consequence."""
        if stage != self.stage:
            where = f"on_{self.stage}" if self.stage else "no lifecycle callback"
            from . import _log

            _log.runtime(self, 3, f"on_{stage}_done() was called while {where} runs; it is ignored")
            return
        self._finish_stage(stage)

    def _finish_stage(self, stage: str) -> None:
        if self.stage != stage:
            return  # it was interrupted meanwhile
        body: dict[str, Any] = {"stage": stage, "error": "", "stack": ""}
        if stage == "configure":
            body.update(self._configured())
        self._end_stage(stage, body)

    def _end_stage(self, stage: str, body: dict[str, Any]) -> None:
        self.stage = ""
        self.stage_work = None
        if stage == "deinit":
            self.closed = True
        self.connection.tell(_frame.STAGE_DONE, self.number, body)

    def _stage_raised(self, stage: str, problem: BaseException) -> None:
        if isinstance(problem, asyncio.CancelledError) and (self.interrupted or self.closing):
            if self.stage == stage:
                self._end_stage(stage, {"stage": stage, "error": f"on_{stage} was cancelled at the stop deadline", "stack": ""})
            return
        if isinstance(problem, asyncio.CancelledError) and getattr(self.extension, "_may_be_cancelled", False):
            self._finish_stage(stage)
            return
        if self.connection.role != "child":
            _failure.uncaught(self, problem)
        self._end_stage(stage, {"stage": stage, "error": _failure.reason_of(problem), "stack": _failure.stack_of(problem)})

    def _configured(self) -> dict[str, Any]:
        """Puts the properties together: property.json or what init_property_from_json gave, the graph's over it."""
        store = self.properties
        store.configuring = False
        base = store.seed
        api: dict[str, Any] = {}
        if self.base_dir:
            root = _package.root_of(self.base_dir)
            api = _package.api(root)
            if base is None:
                try:
                    base = _package.read(f"{root}/property.json")
                except (OSError, ValueError) as problem:
                    return {"error": f"property.json: {problem}"}
        found = _placeholder.Resolved(_store.merge(base or {}, self.layer))
        for name in found.unset:
            _failure.unset_variable(self, name)
        if found.unset:
            return {"error": f"the environment variable {found.unset[0]} is not set and the property has no default", "secrets": found.secrets}
        store.root = self._adjusted(found.tree, api)
        self.api = Api(api) or None
        return {"property": store.root, "secrets": found.secrets}

    def _adjusted(self, tree: dict[str, Any], api: dict[str, Any]) -> dict[str, Any]:
        rules = self.properties.rules = _schema.properties({"api": api})
        adjusted = dict(tree)
        for name, rule in rules.items():
            if name in tree:
                try:
                    adjusted[name] = _schema.adjust(tree[name], rule, "." + name)
                except _schema.SchemaError as problem:
                    self.lint("property-schema", f"a property does not fit the manifest: {problem}")
        return adjusted

    # ---- the end

    def _interrupt(self) -> None:
        """The stop deadline has passed."""
        self.interrupted = True
        work, stage = self.stage_work, self.stage
        if work is None:
            return
        if work.task is not None:
            work.task.cancel()
        else:  # the callback has returned, and the call that ends the stage did not come
            self._end_stage(stage, {"stage": stage, "error": f"on_{stage}_done() was not called before the stop deadline", "stack": ""})

    def _close(self) -> None:
        self.closed = True
        if self.is_async:
            asyncio.Task(self._wind_up(), loop=self.executor.loop)  # type: ignore[attr-defined]
        else:
            _lint.at_stop(self)
            self._closed()

    async def _wind_up(self) -> None:
        """Lets what can still move do so, cancels the rest, and waits for it."""
        mine = asyncio.current_task()
        for _ in range(10):
            rest = self._rest(mine)
            if not rest:
                break
            await asyncio.sleep(0)
        self.closing = True
        rest = self._rest(mine)
        _lint.at_stop(self)
        if rest:
            for task in rest:
                task.cancel()
            await asyncio.wait(rest, timeout=0.5)
        self._closed()

    def _rest(self, mine: Any) -> set[asyncio.Task[Any]]:
        """The tasks of this node that are not done."""
        stage = self.stage_work
        found = {work.task for work in [*self.work.values(), *([stage] if stage is not None else [])]}
        found.update(self.tasks)
        return {task for task in found if task is not None and task is not mine and not task.done()}

    def _closed(self) -> None:
        self.closing = True
        self.connection.tell(_frame.CLOSED, self.number, {})
        if self.release is not None:
            self.release()
            self.release = None
        if self.connection.nodes.get(self.number) is self:
            del self.connection.nodes[self.number]
        _lint.forget(self.number)

    def cut(self, reason: str) -> None:
        super().cut(reason)
        self._close()
