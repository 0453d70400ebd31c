"""Watches whether loops and threads come back, and says what they are busy with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._connection import Connection


def begin(connection: Connection) -> None:
    """Watches the executors of a connection."""


def work(connection: Connection) -> list[dict[str, Any]]:
    """All that the process is busy with."""
    return []
