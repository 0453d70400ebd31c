"""Imports of modules that are neither Python's, nor TEN's, nor the package's: whoever asks for the check sees which are installed."""

from __future__ import annotations

import ast
import json
import os
import sys
from collections.abc import Iterator

from _finding import WARN, Findings
from _model import ModuleInfo, Package
from _package import reached_from_start

# What left the standard library since 3.10: no command installs it.
GONE = frozenset(
    """aifc asynchat asyncore audioop cgi cgitb chunk crypt distutils imghdr imp mailcap msilib nis nntplib ossaudiodev pipes smtpd
    sndhdr spwd sunau telnetlib uu xdrlib""".split()
)


def check(package: Package, findings: Findings) -> None:
    """Report on each module that is imported with the package, once, as though it were missing: the finding names it."""
    if any("sys.path" in m.text for m in package.sources):
        return  # it is the package that knows where its modules are
    told: set[str] = set()
    for module in reached_from_start(package):
        for node, name in _imported(module):
            if name in told or _known(package, name):
                continue
            told.add(name)
            text, remedy = f"the module {name} is not installed in this Python, so the package cannot be imported", f"install {name}"
            if name in GONE:
                version = f"Python {sys.version_info[0]}.{sys.version_info[1]}"
                text, remedy = f"{version} has no module {name} any more, so the package cannot be imported", "do without it, or choose an older Python"
            findings.add("not-installed", WARN, module.source, node, text, remedy, module_name=name)


def _imported(module: ModuleInfo) -> Iterator[tuple[ast.AST, str]]:
    """The modules, by their first names, that importing this one imports whatever comes."""
    for stmt in module.tree.body:
        if isinstance(stmt, ast.Import):
            yield from ((stmt, alias.name.split(".")[0]) for alias in stmt.names)
        elif isinstance(stmt, ast.ImportFrom) and stmt.level == 0 and stmt.module:
            yield stmt, stmt.module.split(".")[0]


def _known(package: Package, name: str) -> bool:
    if name in sys.builtin_module_names or name in sys.stdlib_module_names or name in ("ten", "__future__") or name.startswith("ten_"):
        return True
    return any(_holds(folder, name) for folder in _beside(package.folder))


def _beside(folder: str) -> Iterator[str]:
    """The folders from which the package may import: its own and those above up to the app, and what TEN adds for the app's
    system packages."""
    at = os.path.abspath(folder)
    yield os.path.join(at, ".ten", "app")
    yield from _of_systems(os.path.join(at, ".ten", "app"))
    while True:
        yield at
        above = os.path.dirname(at)
        if _is_app(at) or above == at:
            yield from _of_systems(at)
            return
        at = above


def _of_systems(app: str) -> Iterator[str]:
    systems = os.path.join(app, "ten_packages", "system")
    for name in os.listdir(systems) if os.path.isdir(systems) else ():
        yield from (os.path.join(systems, name, *inside) for inside in ((), ("interface",), ("lib",)))


def _is_app(folder: str) -> bool:
    try:
        with open(os.path.join(folder, "manifest.json"), encoding="utf-8-sig") as f:
            manifest = json.load(f)
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("type") == "app"


def _holds(folder: str, name: str) -> bool:
    """Whether a folder has a module of that name: a file of any form that Python loads, or a folder with one in it."""
    try:
        entries = os.listdir(folder)
    except OSError:
        return False
    inside = os.path.join(folder, name)
    if name in entries and os.path.isdir(inside):
        return any(entry.endswith((".py", ".so", ".pyd")) or os.path.isdir(os.path.join(inside, entry)) for entry in os.listdir(inside))
    return any(entry == f"{name}.py" or entry.startswith(f"{name}.") and entry.endswith((".so", ".pyd")) for entry in entries)
