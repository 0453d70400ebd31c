"""A test that runs: an app of its own with a graph in which the tester is a node."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from . import _connection, _creation, _json
from ._app import AppPort
from ._executor import Loop, Worker
from ._node import Node
from .error import TenError, generic, make

if TYPE_CHECKING:
    from ._connection import Connection

_TIMEOUT_US = 3 * 60 * 1_000_000


class Setup:
    """What is tested, and for how long."""

    def __init__(self) -> None:
        self.graph: dict[str, Any] | None = None
        self.single = False
        self.timeout_us = _TIMEOUT_US

    def set_single(self, addon: str, property_json: str | None) -> None:
        """One extension, and the tester as its only peer."""
        if not isinstance(addon, str):
            raise TypeError("the name of the addon must be a str")
        layer: Any = {}
        if property_json:
            try:
                layer = _json.parse(property_json)
            except _json.JSONError as problem:
                raise ValueError(f"the property of the tested extension is not valid JSON: {problem}") from None
            if not isinstance(layer, dict):
                raise ValueError("the property of the tested extension must be a JSON object")
        tester = {"type": "extension", "name": _creation.TESTER, "addon": _creation.TESTER, "extension_group": "test_extension_group_1"}
        tested = {"type": "extension", "name": addon, "addon": addon, "extension_group": "test_extension_group_2", "property": layer}
        self.graph = {"nodes": [tester, tested]}
        self.single = True

    def set_graph(self, graph_json: str) -> None:
        """A whole graph, in which one node has the tester's addon."""
        try:
            graph = _json.parse(graph_json)
        except _json.JSONError as problem:
            raise ValueError(f"the graph is not valid JSON: {problem}") from None
        if not isinstance(graph, dict):
            raise ValueError("the graph must be a JSON object")
        self.graph = graph
        self.single = False


class TestApp(AppPort):
    """The hidden app of a test."""

    __slots__ = ("test",)

    def __init__(self, connection: Connection, test: TestRun) -> None:
        setup = test.setup
        extra = {"graph": setup.graph, "peer": _creation.TESTER if setup.single else ""}
        super().__init__(connection, _Quiet(), extra)
        self.test = test

    def tester(self, creation: Any) -> Node | None:
        return self.test.make_node(creation)

    def ready(self, body: dict[str, Any]) -> None:
        self.test.begin_timeout()


class _Quiet:
    """An app without code of its own."""

    def on_configure(self, ten_env: Any) -> None:
        ten_env.on_configure_done()

    def on_init(self, ten_env: Any) -> None:
        ten_env.on_init_done()

    def on_deinit(self, ten_env: Any) -> None:
        ten_env.on_deinit_done()


class TesterNode(Node):
    """The node that a tester is. It has no on_configure."""

    __slots__ = ("test",)

    def call_stage(self, stage: str) -> Any:
        if stage != "configure":
            return super().call_stage(stage)
        if self.is_async:
            return _nothing()
        return self.env._configured()

    def lint(self, rule: str, text: str, **more: Any) -> None:
        """A tester is no extension: what it does wrong the test shows."""


async def _nothing() -> None:
    pass


class TestRun:
    """One run of a tester."""

    def __init__(self, setup: Setup, tester: Any, *, is_async: bool) -> None:
        self.setup = setup
        self.tester = tester
        self.is_async = is_async
        self.error: TenError | None = None
        self.connection = _connection.open()
        self.app = TestApp(self.connection, self)
        self.worker: Worker | None = None if is_async else Worker(self.connection, "ten-tester")
        self.loop: Loop | None = None
        self.timer: threading.Timer | None = None
        self._lock = threading.Lock()

    def run(self) -> TenError | None:
        """Runs it, and returns what stop_test said or why it did not run."""
        thread = threading.Thread(target=self._run_app, name="ten-test-app", daemon=True)
        thread.start()
        if self.worker is not None:
            self.worker.run()
        while thread.is_alive():
            thread.join(1.0)  # in slices, so that signals are handled meanwhile
        if self.timer is not None:
            self.timer.cancel()
        if self.loop is not None:
            self.loop.stop()
            self.loop.join()
        if self.error is None and self.app.error:
            return generic(self.app.error)
        return self.error

    def _run_app(self) -> None:
        try:
            self.app.run()
        finally:
            if self.worker is not None:
                self.worker.stop()

    def make_node(self, creation: Any) -> Node:
        """The node of the tester, when the graph is made."""
        node = TesterNode(self.connection, creation.number, creation.name, self.tester, self.tester._env_class, self.app.app_property)
        node.test = self
        node.where = "ten_env_tester"
        node.graph_id = creation.graph_id
        node.is_async = self.is_async
        if self.worker is not None:
            node.executor = self.worker
        else:
            if self.loop is None:
                self.loop = Loop(self.connection, "AsyncExtensionTester")
            node.executor = self.loop
        return node

    def begin_timeout(self) -> None:
        """The graph is up: the time runs."""
        if self.setup.timeout_us > 0:
            self.timer = threading.Timer(self.setup.timeout_us / 1e6, self.stop, (make(8, "Test timeout."),))
            self.timer.daemon = True
            self.timer.start()

    def stop(self, error: TenError | None) -> None:
        """Ends the test. The first error stays."""
        with self._lock:
            if self.error is None:
                self.error = error
        self.app.close()
