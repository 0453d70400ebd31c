"""The package as the runtime finds it: its addon and the names that must agree."""

from __future__ import annotations

import ast
import json
import os
from typing import Optional

from _finding import ERROR, WARN, Findings
from _model import ModuleInfo, Package, last_name
from _inference import Types

REGISTER = "register_addon_as_extension"


def check(folder: str, package: Package, types: Types, findings: Findings) -> None:
    """Report on how a package presents itself."""
    names = _registered(package)
    if not names:
        _no_addon(folder, package, types, findings)
    elif os.path.isdir(folder):
        _not_imported(package, names, findings)
        _disagree(folder, names, findings)


def _registered(package: Package) -> list[tuple[str, ModuleInfo, ast.AST]]:
    """The names under which addons are registered, "" for one that is computed."""
    found: list[tuple[str, ModuleInfo, ast.AST]] = []
    for module in package.modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and last_name(node) == REGISTER:
                name = node.args[0] if node.args else next((k.value for k in node.keywords if k.arg == "name"), None)
                text = name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else ""
                found.append((text, module, name or node))
    return found


def _no_addon(folder: str, package: Package, types: Types, findings: Findings) -> None:
    if any(REGISTER in m.text for m in package.sources) and package.unread:
        return  # it may be in the file that could not be read
    classes = [c for c in package.classes() if types.extension_kind(c) and not c.children]
    if not classes:
        return
    first = classes[0]
    text = f"no addon: nothing calls {REGISTER}, so {first.name} can never be instantiated"
    remedy = f"add an addon.py with @{REGISTER}(\"name\") and import it in __init__.py"
    if os.path.isdir(folder) and not os.path.exists(os.path.join(folder, "manifest.json")) or os.path.isfile(folder):
        remedy += ", and a manifest.json; `tenbench new python NAME` makes all of them"
    findings.add("no-addon", ERROR, first.module.source, first.node, text, remedy)


def _not_imported(package: Package, names: list[tuple[str, ModuleInfo, ast.AST]], findings: Findings) -> None:
    """The runtime imports the package alone, so its __init__.py must lead to the module that registers."""
    start = package.by_name.get("")
    if package.unread or any(m.source.name == "" for _, m, _ in names):
        return
    if start is not None and names[0][1] not in _reached(package, start):
        text = f"importing the package does not import {names[0][1].source.name}, so its addon is never registered"
        findings.add("no-addon", ERROR, start.source, (1, 1), text, f"add to __init__.py: from . import {names[0][1].source.name.split('.')[-1]}")
    elif start is None and len(package.modules) > 1:
        text = f"the package has no __init__.py, so importing it does not import {names[0][1].source.name}"
        findings.add("no-addon", ERROR, names[0][1].source, names[0][2], text, f"add an __init__.py with: from . import {names[0][1].source.name}")


def reached_from_start(package: Package) -> list[ModuleInfo]:
    """The modules that the runtime imports with the package, or with the one that registers it where there is no __init__.py."""
    names = _registered(package)
    start = package.by_name.get("") or (names[0][1] if names else None)
    if start is None:
        return package.modules if len(package.sources) == 1 else []
    return _reached(package, start)


def _reached(package: Package, start: ModuleInfo) -> list[ModuleInfo]:
    """The modules that are imported with one, as far as names can be followed; all, if they cannot."""
    found: list[ModuleInfo] = []
    todo = [start]
    while todo:
        module = todo.pop()
        if module in found:
            continue
        found.append(module)
        if any(last_name(n) in ("import_module", "__import__") for n in ast.walk(module.tree) if isinstance(n, ast.Call)):
            return package.modules
        for node in ast.walk(module.tree):
            todo += _imported_by(package, module, node)
    return found


def _imported_by(package: Package, module: ModuleInfo, node: ast.AST) -> list[ModuleInfo]:
    names: list[str] = []
    if isinstance(node, ast.ImportFrom):
        base = package.absolute(module, node.level, node.module or "")
        names = [base] + [f"{base}.{a.name}" if base != "pkg:" else f"pkg:{a.name}" for a in node.names]
    elif isinstance(node, ast.Import):
        names = [package.absolute(module, 0, a.name) for a in node.names]
    found = []
    for name in names:
        path = name[4:] if name.startswith("pkg:") else name
        while path:
            if path in package.by_name:
                found.append(package.by_name[path])
            path = path.rpartition(".")[0]
    return found


def _disagree(folder: str, names: list[tuple[str, ModuleInfo, ast.AST]], findings: Findings) -> None:
    """The runtime looks for an addon by its name, in the folder of that name; the manifest names the folder it is installed in."""
    known = [name for name, _, _ in names]
    if "" in known:
        return
    first, module, node = names[0]
    manifest = _manifest_name(folder)
    base = os.path.basename(os.path.abspath(folder))
    installed = os.path.basename(os.path.dirname(os.path.abspath(folder))) == "extension"
    rule = "the runtime looks for an addon in the folder of its name"
    if manifest and manifest not in known:
        text = f'the addon registers itself as "{first}", but the manifest calls the package "{manifest}": {rule}'
        level = WARN if base in known else ERROR
        findings.add("names-disagree", level, module.source, node, text, f'write @{REGISTER}("{manifest}"), or correct the manifest')
    elif installed and base not in known:
        text = f'the addon registers itself as "{first}", but its folder is called "{base}": {rule}'
        findings.add("names-disagree", WARN, module.source, node, text, f'call the folder "{first}"')


def _manifest_name(folder: str) -> Optional[str]:
    try:
        with open(os.path.join(folder, "manifest.json"), encoding="utf-8-sig") as f:
            manifest = json.load(f)
    except (OSError, ValueError):
        return None
    name = manifest.get("name") if isinstance(manifest, dict) else None
    return name if isinstance(name, str) else None


