"""``${env:NAME|default}`` in property values: a whole string that is one is replaced by the variable's value."""

from __future__ import annotations

import os
from typing import Any


class Resolved:
    """A tree without placeholders, and what was found on the way."""

    def __init__(self, tree: Any) -> None:
        self.secrets: list[str] = []  # values that came from the environment
        self.unset: list[str] = []  # variables that are not set and have no default
        self.odd: list[str] = []  # placeholders of another kind, which stay as they are
        self.tree = self._walk(tree)

    def _walk(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._walk(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._walk(item) for item in value]
        if isinstance(value, str) and value.startswith("${") and value.endswith("}"):
            return self._resolve(value)
        return value

    def _resolve(self, text: str) -> str:
        scope, colon, rest = text[2:-1].partition(":")
        if not colon or scope != "env":
            self.odd.append(text)
            return text
        name, bar, default = rest.partition("|")
        if bar:
            name, default = _unescaped(name), _unescaped(default)
        found = os.environ.get(name)
        if found is not None:
            if found:
                self.secrets.append(found)
            return found
        if not bar:
            self.unset.append(name)
            return text
        return default


def _unescaped(text: str) -> str:
    """text without its backslashes; what follows one is kept."""
    out, escaped = [], False
    for char in text:
        if char == "\\" and not escaped:
            escaped = True
            continue
        out.append(char)
        escaped = False
    return "".join(out)
