"""What an author is told while the code runs."""

from __future__ import annotations

from typing import Any

from . import _current, _frame


def tell(port: Any, rule: str, text: str, *, level: int = 3, source: int | str = 0, key: str = "", **more: Any) -> None:
    """Tells one thing; the same thing about the same key only once."""
    body = {"rule": rule, "level": level, "text": text, "id": _current.work.get().id}
    port.connection.soon(_frame.made(_frame.LINT, 0 if port.flags else port.number, body))
