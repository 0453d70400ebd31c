"""Making the instances that the engine asks for."""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import os
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Callable

from . import _caller, _failure, _frame, _lint, _log
from ._executor import Worker
from ._node import STAGES, Node
from ._port import Port
from .addon_manager import Registered, _AddonManager
from .async_extension import AsyncExtension
from .extension import Extension
from .global_thread_manager import GlobalThreadManager

if TYPE_CHECKING:
    from ._connection import Connection

TESTER = "ten:test_extension"

_contexts: dict[int, _Creation] = {}
_numbers = itertools.count(1)


class Owner:
    """Who has instances made: an app, or a child of the bench."""

    connection: Connection
    executor: Any
    number: int

    def app_property(self) -> dict[str, Any]:
        """What ``app:`` paths read."""
        raise NotImplementedError

    def tester(self, creation: _Creation) -> Node | None:
        """The node of a tester, if this is the app of one."""
        return None


class AddonPort(Port):
    """The port of the env that an addon gets: it makes instances and logs."""

    __slots__ = ("creation",)

    def __init__(self, creation: _Creation, env_class: type) -> None:
        super().__init__(creation.owner.connection, 0, creation.addon)
        self.executor = creation.owner.executor
        self.creation = creation
        self.env = env_class(self)

    def made(self, instance: Any, context: object) -> None:
        creation = _contexts.pop(context, None) if isinstance(context, int) else None
        if creation is None:
            raise ValueError("on_create_instance_done: unknown context; hand back the one that on_create_instance got, once")
        if not isinstance(instance, (Extension, AsyncExtension)):
            creation.refuse(f"on_create_instance_done got a {type(instance).__name__}, which is no Extension", "")
            raise TypeError("on_create_instance_done: the instance must be an Extension or an AsyncExtension")
        creation.finish(instance)


class _Creation:
    """One CREATE frame on its way to an instance."""

    def __init__(self, owner: Owner, number: int, body: dict[str, Any]) -> None:
        self.owner = owner
        self.number = number
        self.addon: str = body["addon"]
        self.name: str = body["name"]
        self.graph_id: str = body.get("graph_id", "")
        self.group: str = body.get("group", "")
        self.package: str = body.get("package", "")
        self.base_dir: str | None = None

    def begin(self) -> None:
        """Finds the addon and asks it. User code may fail in any way here."""
        connection = self.owner.connection
        connection.making = (self.number, threading.get_ident(), time.monotonic_ns())
        try:
            if self.addon == TESTER:
                self._tester()
                return
            found = self._find()
            if found is None:
                hint = f'put @register_addon_as_extension("{self.addon}") on its Addon class and import that module in __init__.py'
                if not self.package:
                    hint = f"if its name is right, import the module that does, or put its package into ten_packages/extension/{self.addon} of the app"
                self.refuse(f"addon '{self.addon}' is unknown: nothing registers it; {hint}", "")
                return
            self.base_dir = found.base_dir
            port = AddonPort(self, found.addon._env_class if isinstance(found.addon, _addon_base()) else _env_base())
            context = next(_numbers)
            _contexts[context] = self
            found.addon.on_create_instance(port.env, self.name, context)
        except BaseException as problem:
            self.refuse(_failure.reason_of(problem), _failure.stack_of(problem))
            if not self.package:  # the bench shows the stack with the failure
                print(_failure.stack_of(problem), end="", file=sys.stderr)
        finally:
            connection.making = None

    def _tester(self) -> None:
        node = self.owner.tester(self)
        if node is None:
            self.refuse(f"{TESTER} exists only in the app of a tester", "")
            return
        self._ready(node, "tester", node.extension)

    def _find(self) -> Registered | None:
        """The addon: announced already, or its module is imported now."""
        found = _AddonManager._find(self.addon)
        if found is not None:
            return found
        if self.package:
            from . import _finder

            _finder.add(self.addon, self.package)
        wanted = f"ten_packages.extension.{self.addon}"
        try:
            module = importlib.import_module(wanted)
        except ModuleNotFoundError as problem:
            if self.package or not f"{wanted}.".startswith(f"{problem.name}."):
                raise  # the package is there, and lacks something
            return None
        found = _AddonManager._find(self.addon)
        if found is None and importlib.util.find_spec(f"{module.__name__}.addon") is not None:
            importlib.import_module(f"{module.__name__}.addon")  # a package whose __init__ does not
            found = _AddonManager._find(self.addon)
        return found

    def refuse(self, error: str, stack: str) -> None:
        """There will be no instance."""
        for context, creation in list(_contexts.items()):
            if creation is self:
                del _contexts[context]
        if self.owner.connection.role != "child":  # the bench shows it with the failure
            _log.runtime(self.owner, 4, f"Failed to make the extension {self.name} of the addon {self.addon}: {error}")
        self.owner.connection.tell(_frame.CREATED, self.number, {"error": error, "stack": stack, "module": "", "stages": {}, "sync": False, "no_on_cmd": False})

    def finish(self, instance: Any) -> None:
        """There is an instance: gives it a node and a place to run."""
        connection = self.owner.connection
        node = Node(connection, self.number, self.name, instance, instance._env_class, self.owner.app_property)
        node.graph_id = self.graph_id
        node.base_dir = self.base_dir
        node.is_async = isinstance(instance, AsyncExtension)
        if node.is_async:
            node.executor, node.release = GlobalThreadManager.acquire(connection, self.name)
        else:
            node.executor, node.release = _Groups.acquire(connection, (self.owner.number, self.graph_id, self.group))
        self._ready(node, type(instance).__module__, instance)
        _lint.names(node, self.addon)

    def _ready(self, node: Node, module: str, instance: Any) -> None:
        connection = self.owner.connection
        connection.nodes[self.number] = node
        body = {"error": "", "stack": "", "module": module, "stages": _stages(instance)}
        body |= {"sync": not node.is_async, "no_on_cmd": _caller.lacks(instance, "on_cmd")}
        connection.tell(_frame.CREATED, self.number, body)


def _stages(instance: Any) -> dict[str, str]:
    """Where the lifecycle callbacks are that the extension has written itself."""
    places = {stage: _caller.of_user(getattr(instance, "on_" + stage, None)) for stage in STAGES}
    return {stage: place for stage, place in places.items() if place}


def _addon_base() -> type:
    from .addon import Addon

    return Addon


def _env_base() -> type:
    from .ten_env import TenEnv

    return TenEnv


class _Groups:
    """The threads of synchronous extensions: one for each group of a graph."""

    _lock = threading.Lock()
    _workers: dict[Any, tuple[Worker, list[int]]] = {}

    @classmethod
    def acquire(cls, connection: Connection, key: Any) -> tuple[Worker, Callable[[], None]]:
        """The thread of a group, and how to give it back."""
        with cls._lock:
            if key not in cls._workers:
                cls._workers[key] = (Worker(connection, f"ten-group-{key[2] or 'default'}").start(), [0])
            worker, users = cls._workers[key]
            users[0] += 1
        return worker, lambda: cls._release(key)

    @classmethod
    def _release(cls, key: Any) -> None:
        with cls._lock:
            worker, users = cls._workers[key]
            users[0] -= 1
            if users[0] == 0:
                del cls._workers[key]
                worker.stop()


def preload(owner: Owner, app: str) -> None:
    """Imports all extension packages of an app, as ``ten.addon.preload_all`` wants. One that cannot be is told of; a graph that
    needs it fails then."""
    folder = os.path.join(app, "ten_packages", "extension")
    try:
        names = sorted(name for name in os.listdir(folder) if os.path.isdir(os.path.join(folder, name)))
    except OSError:
        return
    for name in names:
        module = f"ten_packages.extension.{name}"
        try:
            importlib.import_module(module)
        except Exception as problem:
            print(_failure.stack_of(problem), end="", file=sys.stderr)
            _log.runtime(owner, 2, f"Failed to import {module}: {_failure.reason_of(problem)}")


def create(owner: Owner, number: int, body: dict[str, Any]) -> None:
    """Does what a CREATE frame asks for."""
    _Creation(owner, number, body).begin()


__all__ = ["Owner", "TESTER", "create"]
