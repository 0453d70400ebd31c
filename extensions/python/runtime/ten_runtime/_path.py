"""Property paths: ``a.b[2].c``. Keys that hold '.', '[' or ']' are written as JSON strings in brackets: ``["a.b"]``."""

from __future__ import annotations

import json
import re
from functools import lru_cache

_PART = re.compile(r'\.?([^.\[\]]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]')
_COMPOUND = re.compile(r"[.\[\]]")

# Paths that are the key of a property and no more, as most are: what is here needs no look at its steps. Those below ``ten`` are not.
KEYS: set[str] = set()
_MOST = 4096


@lru_cache(maxsize=4096)
def parse(path: str) -> tuple[str | int, ...] | None:
    """The steps of path, or None if it is malformed or empty. The first step may be an index: roots of side tables may be arrays."""
    steps: list[str | int] = []
    at = 0
    while at < len(path):
        found = _PART.match(path, at)
        if found is None or (found[1] is not None and (path[at] == ".") != (at > 0)):
            return None
        if found[1] is not None:
            steps.append(found[1])
        elif found[2] is not None:
            steps.append(int(found[2]))
        else:
            steps.append(json.loads(found[3]))
        at = found.end()
    if steps == [path] and len(KEYS) < _MOST:
        KEYS.add(path)
    return tuple(steps) or None


def key_step(base: str, key: str) -> str:
    """The path of a key of the object at base."""
    if key == "" or _COMPOUND.search(key):
        return f"{base}[{json.dumps(key, ensure_ascii=False)}]"
    return f"{base}.{key}" if base else key


def index_step(base: str, index: int) -> str:
    """The path of an item of the array at base."""
    return f"{base}[{index}]"
