"""Packages and apps on disk: their folders, manifest.json and property.json."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from . import _schema

_HERE = os.path.dirname(os.path.abspath(__file__))


def read(path: str) -> dict[str, Any]:
    """The object in a JSON file, {} if there is no such file. Raises ValueError if it is not JSON or no object."""
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except ValueError as problem:
        raise ValueError(f"{path}: {problem}") from None
    if not isinstance(found, dict):
        raise ValueError(f"{path}: an object is expected")
    return found


def root_of(folder: str) -> str:
    """The package that a folder lies in: the nearest one upwards with a manifest.json. Without one the folder itself."""
    at = os.path.abspath(folder)
    while True:
        if os.path.isfile(os.path.join(at, "manifest.json")):
            return at
        above = os.path.dirname(at)
        if above == at or os.path.basename(at) == "ten_packages":
            return folder
        at = above


def manifest(folder: str) -> dict[str, Any]:
    """The manifest of a package, {} if it has none that can be read."""
    try:
        return read(os.path.join(folder, "manifest.json"))
    except (OSError, ValueError):
        return {}


def api(folder: str) -> dict[str, Any]:
    """The ``api`` of a package's manifest, with the interfaces that it imports laid under it."""
    found = manifest(folder).get("api")
    return _whole_api(found, folder, set()) if isinstance(found, dict) else {}


def _whole_api(found: dict[str, Any], folder: str, seen: set[str]) -> dict[str, Any]:
    merged = dict(found)
    rows = found.get("interface")
    for row in rows if isinstance(rows, list) else []:
        uri = row.get("import_uri") if isinstance(row, dict) else None
        if not isinstance(uri, str) or uri.startswith(("http://", "https://")):
            continue
        path = os.path.normpath(os.path.join(folder, uri.removeprefix("file://")))
        if path in seen:
            continue
        seen.add(path)
        try:
            _lay_under(merged, _whole_api(read(path), os.path.dirname(path), seen))
        except (OSError, ValueError):
            continue  # `tenbench check` tells of it
    return merged


def _lay_under(api: dict[str, Any], below: dict[str, Any]) -> None:
    """Adds what api does not say itself: messages by name, and properties."""
    for key, value in below.items():
        own = api.get(key)
        if key.endswith(("_in", "_out")) and isinstance(value, list):
            own = own if isinstance(own, list) else []
            names = {row.get("name") for row in own if isinstance(row, dict)}
            api[key] = own + [row for row in value if isinstance(row, dict) and row.get("name") not in names]
        elif key == "property" and isinstance(value, dict):
            api[key] = {"properties": {**_schema.properties({"api": below}), **_schema.properties({"api": api})}}


def _app_above(folder: str) -> str:
    """The nearest folder upwards that is an app, "" if there is none."""
    at = os.path.abspath(folder)
    while True:
        if manifest(at).get("type") == "app":
            return at
        above = os.path.dirname(at)
        if above == at:
            return ""
        at = above


def app_dir() -> str:
    """The folder of the app of this process: what TEN_APP_BASE_DIR says, else the app this package is installed in, else
    one around the current folder, below it in .ten/app, or around the program; else the current folder."""
    named = os.environ.get("TEN_APP_BASE_DIR")
    if named:
        return os.path.abspath(named)
    below = os.path.abspath(os.path.join(".ten", "app"))
    program = getattr(sys.modules.get("__main__"), "__file__", None)
    for found in (
        _app_above(_HERE),
        below if manifest(below).get("type") == "app" else "",
        _app_above(os.getcwd()),
        _app_above(os.path.dirname(os.path.abspath(program))) if program else "",
    ):
        if found:
            return found
    return os.getcwd()


def import_paths(app: str) -> list[str]:
    """What TEN's loader adds to sys.path for an app, and the interfaces of its system packages."""
    system = os.path.join(app, "ten_packages", "system")
    own = os.path.join(system, "ten_runtime_python")
    paths = [os.path.join(own, "lib"), os.path.join(own, "interface"), app]
    try:
        names = sorted(os.listdir(system))
    except OSError:
        names = []
    paths += [os.path.join(system, name, "interface") for name in names]
    return [path for path in dict.fromkeys(paths) if os.path.isdir(path)]


def extend_path(app: str) -> None:
    """Appends the import paths of an app to sys.path."""
    for path in import_paths(app):
        if path not in sys.path:
            sys.path.append(path)
