"""Apps."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from . import _connection, _signals
from ._app import AppPort
from .ten_env import TenEnv

if TYPE_CHECKING:
    from .msg import Msg


class App:
    """A program's app: it has the graphs of its property run. Its callbacks run on the thread of ``run``."""

    _env_class: type[TenEnv] = TenEnv
    _message_classes: dict[str, type[Msg]] = {}

    _port: AppPort | None = None
    _closed_early = False
    _thread: threading.Thread | None = None

    def on_configure(self, ten_env: TenEnv) -> None:
        """First: the property may be given here, instead of property.json."""
        ten_env.on_configure_done()

    def on_init(self, ten_env: TenEnv) -> None:
        """The app runs; graphs that start with it may already."""
        ten_env.on_init_done()

    def on_deinit(self, ten_env: TenEnv) -> None:
        """Last: all graphs are gone."""
        ten_env.on_deinit_done()

    def run(self, run_in_background: bool) -> None:
        """Runs the app: until it has closed, or in a thread of its own. Raises RuntimeError if it was closed or run before, or
        if there is no engine."""
        if self._closed_early or self._port is not None:
            raise RuntimeError("Failed to run ten_app.")
        _signals.install()
        self._port = AppPort(_connection.open(), self)
        if self._closed_early:  # meanwhile, by another thread
            self._port.close()
        if not run_in_background:
            self._port.run()
            self._check()
            return
        self._thread = threading.Thread(target=self._port.run, name="ten-app", daemon=True)
        self._thread.start()

    def _check(self) -> None:
        """Raises if the engine went away under the app."""
        port = self._port
        if port is not None and port.error and port.connection.lost is not None:
            raise RuntimeError(f"Failed to run ten_app: {port.error}")

    def close(self) -> None:
        """Closes the app: all its extensions stop. It returns at once. From any thread, at any time."""
        if self._port is None:
            self._closed_early = True
        else:
            self._port.close()

    def wait(self) -> None:
        """Waits until an app that runs in the background has closed."""
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
            self._check()
