"""Which era of the older API a package was written for.

One forgiving mode serves all that was released between 0.4 and 0.8, so that a package need not say what it is. Some eras differ
in ways that no object can bridge: 0.9 returns errors beside values, 0.3 wants to be told when a stage is done, and until 0.4 a
send waited for the first result, later for the last.
"""
from __future__ import annotations

import json
import os
import re
import sys
from functools import lru_cache

OLD = "0.3"        # lifecycle coroutines call *_done themselves
FORGIVING = "0.4+"  # the default
LAST = "0.5"       # a send waits for the last result, and raises what became of it
AWAITED = "0.8"    # truth values of the env are awaited
TUPLES = "0.9"     # getters return (value, error)

_ERAS = {"0.2": FORGIVING, "0.3": OLD, "0.4": FORGIVING, "0.4+": FORGIVING, "0.5": LAST, "0.6": AWAITED, "0.7": AWAITED, "0.8": AWAITED,
         "0.9": TUPLES}

_VARIABLE = "TEN_COMPAT_ERA"


def forced() -> str | None:
    """The era that the environment sets for the whole process, or None."""
    wanted = os.environ.get(_VARIABLE, "")
    if not wanted:
        return None
    era = _ERAS.get(wanted)
    if era is None:
        raise ImportError(f"{_VARIABLE} is {wanted!r}; it can be {', '.join(sorted(_ERAS))}")
    return era


def of_module(name: str) -> str:
    """The era of the package that the module of that name belongs to."""
    era = forced()
    if era is not None:
        return era
    file = getattr(sys.modules.get(name), "__file__", None)
    return of_folder(os.path.dirname(os.path.abspath(file))) if file else FORGIVING


@lru_cache(maxsize=None)
def of_folder(folder: str) -> str:
    """The era that the manifest of a folder, or of the nearest one above, asks for."""
    while True:
        path = os.path.join(folder, "manifest.json")
        if os.path.exists(path):
            return _of_manifest(path)
        above = os.path.dirname(folder)
        if above == folder:
            return FORGIVING
        folder = above


def _of_manifest(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            manifest = json.load(file)
    except (OSError, ValueError):
        return FORGIVING
    wanted = manifest.get("dependencies") if isinstance(manifest, dict) else None
    for dependency in wanted if isinstance(wanted, list) else []:
        if isinstance(dependency, dict) and dependency.get("name") == "ten_runtime_python":
            version = re.search(r"(\d+\.\d+)", str(dependency.get("version", "")))
            return _ERAS.get(version.group(1), FORGIVING) if version else FORGIVING
    return FORGIVING
