"""A process of the bench: it runs the nodes that the bench asks for. ``python -u -m ten_runtime._child``"""

from __future__ import annotations

import atexit
import os
import sys
import time
from typing import TYPE_CHECKING, Any

from . import _connection, _creation, _frame, _package, _stdio
from ._executor import Worker

if TYPE_CHECKING:
    from ._connection import Connection


_PATIENCE = 1.0  # seconds that what is registered with atexit may take; the bench waits a little longer


class Child(_creation.Owner):
    """What takes CREATE frames. Packages are imported, and addons called, on the main thread."""

    number = 0

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.executor = Worker(connection, "main")

    def app_property(self) -> dict[str, Any]:
        return self.connection.property

    def handle(self, item: Any) -> None:
        """A CREATE frame."""
        _, _, _, chunk, at, size = item
        body = _frame.read(chunk, at, size)
        if body.get("package"):
            _package.extend_path(_app_of(body["package"]))
        _creation.create(self, _frame.header.unpack_from(chunk, at)[4], body)


    def leave(self) -> None:
        """The bench needs the process no more, or is gone: it ends, by the main thread if that gets to it in time.

        What user code has registered with atexit runs before, as at the end of any program. Threads that user code has
        left are not waited for.
        """
        making = self.connection.making
        if making is None or time.monotonic_ns() - making[2] < _PATIENCE * 1e9:  # else the main thread hangs in an import
            self.executor.call(_end)
            time.sleep(_PATIENCE)
            _stdio.last_words(f"what is registered with atexit took longer than {_PATIENCE:g} s and is cut off")
        os._exit(0)


def _end() -> None:
    try:
        atexit._run_exitfuncs()
    finally:
        os._exit(0)


def _app_of(package: str) -> str:
    """The app whose packages an extension may import: around it, or the one in its .ten/app."""
    own = os.path.join(package, ".ten", "app")
    return own if os.path.isdir(own) else _package._app_above(package) or package


def main() -> None:
    """Runs until the bench closes the connection."""
    if "TENBENCH_FD" not in os.environ and "TENBENCH_SOCKET" not in os.environ:
        sys.exit("ten_runtime._child is started by tenbench; for a program use `tenbench exec -- COMMAND`")
    child: Child | None = None

    def prepared(connection: Connection) -> None:
        nonlocal child
        _stdio.install(connection)
        child = Child(connection)
        connection.creator = child  # type: ignore[assignment]
        connection.leave = child.leave

    try:
        _connection.open("child", prepared)
    except _connection.EngineError as problem:
        _stdio.last_words(f"ten_runtime: {problem}")
        os._exit(1)
    assert child is not None
    child.executor.run()


if __name__ == "__main__":
    # As a module it would exist twice: as __main__ and as what the other modules import.
    from ten_runtime import _child

    _child.main()
