"""The inside of an App: its state, its thread, and what it says to the engine."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

from . import _creation, _current, _failure, _frame, _json, _log, _package, _placeholder
from ._current import Work
from ._executor import Worker
from ._port import Port
from ._properties import Properties
from .addon_manager import _AddonManager
from .global_thread_manager import GlobalThreadManager

if TYPE_CHECKING:
    from ._connection import Connection

_apps: set[AppPort] = set()
_apps_lock = threading.RLock()  # a signal handler may come while it is held


def running() -> list[AppPort]:
    """The apps of this process that run."""
    with _apps_lock:
        return list(_apps)


def close_all() -> bool:
    """Closes all apps and reports whether there were any."""
    apps = running()
    for app in apps:
        app.close()
    return bool(apps)


class AppPort(Port, _creation.Owner):
    """An app: the port of its env, and the owner of what runs in it."""

    __slots__ = ("app", "base_dir", "stage", "begun", "close_wanted", "error", "extra", "work", "stage_work")

    def __init__(self, connection: Connection, app: Any, extra: dict[str, Any] | None = None) -> None:
        super().__init__(connection, connection.number(), "")
        self.flags = _frame.OF_APP
        self.app = app
        self.base_dir = _package.app_dir()
        self.stage = ""
        self.begun = False  # on_init has been called: only then does it close, as its thread comes to that later
        self.close_wanted = False
        self.error: str | None = None  # why the app ended, "" if as it should; None while it runs
        self.extra = extra  # a tester's graph and peer
        self.work: dict[int, Work] = {}
        self.stage_work: Work | None = None
        self.executor = Worker(connection, "ten-app")
        self.classes = {**self.classes, **getattr(app, "_message_classes", {})}
        self.env = getattr(app, "_env_class", _env_class())(self)
        self.properties = Properties(self, self.app_property)
        self.properties.is_app = True

    def app_property(self) -> dict[str, Any]:
        return self.properties.root

    # ---- the thread of the app

    def run(self) -> None:
        """Runs the app in the calling thread until it has closed."""
        worker: Worker = self.executor  # type: ignore[assignment]
        with _apps_lock:
            _apps.add(self)
        self.connection.apps[self.number] = self
        if self.connection.lost is not None:
            self.cut(self.connection.lost)
        try:
            worker.call(self._call, "configure")
            worker.run()
        finally:
            self.connection.apps.pop(self.number, None)
            with _apps_lock:
                _apps.discard(self)
                last = not _apps
            if last:
                _AddonManager._forget()
            GlobalThreadManager.settle()

    def _call(self, stage: str) -> None:
        """Calls a callback of the user's app. An exception ends the process, as in any synchronous callback."""
        self.stage = stage
        self.stage_work = Work(0, self, "on_" + stage, "")
        self.properties.configuring = stage == "configure"
        token = _current.work.set(self.stage_work)
        try:
            getattr(self.app, "on_" + stage)(self.env)
        except BaseException as problem:
            _failure.uncaught(self, problem)
        _current.work.reset(token)

    def done(self, stage: str) -> None:
        self.executor.call(self._done, stage)

    def _done(self, stage: str) -> None:
        if stage != self.stage:
            _log.runtime(self, 3, f"on_{stage}_done() was called in the wrong place; it is ignored")
            return
        self.stage = ""
        self.stage_work = None
        if stage == "configure":
            self._open()
        elif stage == "init":
            self.connection.tell(_frame.APP_INIT_DONE, self.number, {})
        elif stage == "deinit":
            self.closed = True
            self.connection.tell(_frame.APP_DEINIT_DONE, self.number, {})

    def _open(self) -> None:
        """Puts the property together and has the engine start the app."""
        self.properties.configuring = False
        found = self._property()
        ten = found.tree.get("ten")
        if isinstance(ten, dict):
            self.name = str(ten.get("uri") or "")
            if "log" in ten:
                _log.configure(ten["log"])
        self.properties.root = found.tree
        _package.extend_path(self.base_dir)
        if isinstance(ten, dict) and isinstance(ten.get("addon"), dict) and ten["addon"].get("preload_all") is True:
            _creation.preload(self, self.base_dir)
        body = {"property": found.tree, "base_dir": self.base_dir, "secrets": found.secrets, **(self.extra or {})}
        self.connection.tell(_frame.APP_OPEN, self.number, body)

    def _property(self) -> _placeholder.Resolved:
        """The property: what init_property_from_json gave, or the file."""
        base = self.properties.seed
        if base is None and self.extra is None:
            try:
                base = _package.read(f"{self.base_dir}/property.json")
                if base:
                    base = _json.parse(open(f"{self.base_dir}/property.json", encoding="utf-8").read())
            except (OSError, ValueError) as problem:
                _failure.bad_property(self, f"The app did not run: property.json: {problem}")
        found = _placeholder.Resolved(base or {})
        for name in found.unset:
            _failure.unset_variable(self, name)
        return found

    # ---- frames

    def control(self, kind: int, flags: int, chunk: bytes, at: int, size: int) -> None:
        if kind == _frame.CREATE:
            _creation.create(self, _frame.header.unpack_from(chunk, at)[4], _frame.read(chunk, at, size))
        elif kind == _frame.APP_INIT:
            self.ready(_frame.read(chunk, at, size))
            self._call("init")
            self.begun = True
            if self.close_wanted:
                self.connection.tell(_frame.APP_CLOSE, self.number, {})
        elif kind == _frame.APP_DEINIT:
            self._call("deinit")
        elif kind == _frame.APP_CLOSED:
            self._ended(_frame.read(chunk, at, size).get("error", ""))

    def ready(self, body: dict[str, Any]) -> None:
        """The graphs that start with the app have begun."""

    def _ended(self, error: str) -> None:
        self.closed = True
        self.error = error
        if error and self.extra is None:
            _log.runtime(self, 4, f"The app did not run: {error}")
        self.executor.stop()  # type: ignore[attr-defined]

    def close(self) -> None:
        """Has the app close. From any thread, as often as one likes."""
        if self.error is not None or self.close_wanted:
            return
        self.close_wanted = True
        if self.begun:
            self.connection.tell(_frame.APP_CLOSE, self.number, {})

    def cut(self, reason: str) -> None:
        super().cut(reason)
        if self.error is None:
            self._ended(reason)


def _env_class() -> type:
    from .ten_env import TenEnv

    return TenEnv


def _forked() -> None:
    global _apps_lock
    _apps_lock = threading.RLock()  # a signal handler may come while it is held
    _apps.clear()



os.register_at_fork(after_in_child=_forked)
