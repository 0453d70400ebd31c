"""The names of commands that are sent and handled, beside those that the manifest's api declares."""

from __future__ import annotations

import ast
import difflib
import json
import os
from collections.abc import Iterator
from typing import Optional

from _finding import INFO, WARN, Findings
from _inference import Types, ten_name
from _model import Function, ModuleInfo, Package, last_name

_DIRECTIONS = ("cmd_in", "cmd_out")


def check(package: Package, types: Types, findings: Findings) -> None:
    """Report on names that the api leaves out, where it declares commands at all."""
    api = declared(package.folder)
    if not api:
        return
    for module, node, name in _created(package):
        _compare(api.get("cmd_out", set()), "cmd_out", "sent", module, node, name, findings)
    for module, node, name in _handled(package, types):
        _compare(api.get("cmd_in", set()), "cmd_in", "handled", module, node, name, findings)


def _compare(
    there: set[str], where: str, how: str, module: ModuleInfo, node: ast.AST, name: str, findings: Findings
) -> None:
    if name in there or name.startswith("ten:"):
        return
    text = f'"{name}" is {how} here, but {where} in manifest.json does not name it'
    near = difflib.get_close_matches(name, sorted(there), 1, 0.8)
    remedy = f"add it to api.{where}"
    if near:
        remedy += f', or write "{near[0]}" if that is meant'
    findings.add("cmd-undeclared", WARN if near else INFO, module.source, node, text, remedy)


# -- the manifest


def declared(folder: str) -> dict[str, set[str]]:
    """The names under cmd_in and cmd_out, with those of the interfaces it imports; {} if one of these cannot be read."""
    found: dict[str, set[str]] = {}
    manifest = _read(os.path.join(folder, "manifest.json"))
    api = manifest.get("api") if manifest else None
    return found if isinstance(api, dict) and _add(api, folder, found, set()) else {}


def _add(api: dict, folder: str, found: dict[str, set[str]], seen: set[str]) -> bool:
    """Adds the names of an api. False if a part of it cannot be read."""
    for direction in _DIRECTIONS:
        rows = api.get(direction)
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict) and isinstance(row.get("name"), str):
                found.setdefault(direction, set()).add(row["name"])
    interfaces = api.get("interface")
    return all(_imported(row, folder, found, seen) for row in (interfaces if isinstance(interfaces, list) else ()))


def _imported(row: object, folder: str, found: dict[str, set[str]], seen: set[str]) -> bool:
    uri = row.get("import_uri") if isinstance(row, dict) else None
    if not isinstance(uri, str):
        return False
    path = os.path.normpath(os.path.join(folder, uri.removeprefix("file://")))
    if path in seen:
        return True
    seen.add(path)
    api = _read(path)
    return api is not None and _add(api, os.path.dirname(path), found, seen)


def _read(path: str) -> Optional[dict]:
    try:
        with open(path, encoding="utf-8-sig") as f:
            found = json.load(f)
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


# -- the source


def _created(package: Package) -> Iterator[tuple[ModuleInfo, ast.AST, str]]:
    """Where a command is created under a name that the source tells."""
    for module in package.modules:
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call) or last_name(node) != "create" or not isinstance(node.func, ast.Attribute):
                continue
            fn = module.function_of.get(node)
            if node.args and ten_name(package.resolve(node.func.value, module, fn))[1] == "Cmd":
                name = _text(package, node.args[0], module, fn)
                if name is not None:
                    yield module, node, name


def _handled(package: Package, types: Types) -> Iterator[tuple[ModuleInfo, ast.AST, str]]:
    """What on_cmd compares the command's name with."""
    for cls in package.classes():
        fn = cls.methods.get("on_cmd")
        if fn is None or not types.extension_kind(cls) or len(fn.parameters) < 3:
            continue
        for node in fn.own():
            for side in _compared(node, fn):
                name = _text(package, side, cls.module, fn)
                if name is not None:
                    yield cls.module, side, name


def _compared(node: ast.AST, fn: Function) -> list[ast.AST]:
    """The expressions with which a test compares the name of the command, to find that it is one of them."""
    if isinstance(node, ast.Match) and _is_its_name(node.subject, fn):
        patterns = [p for case in node.cases for p in ast.walk(case.pattern)]
        return [p.value for p in patterns if isinstance(p, ast.MatchValue)]
    if not isinstance(node, ast.Compare) or len(node.ops) != 1:
        return []
    left, right = node.left, node.comparators[0]
    if isinstance(node.ops[0], ast.Eq):
        return [right] if _is_its_name(left, fn) else [left] if _is_its_name(right, fn) else []
    if isinstance(node.ops[0], ast.In) and _is_its_name(left, fn) and isinstance(right, (ast.Tuple, ast.List, ast.Set)):
        return list(right.elts)
    return []


def _is_its_name(node: ast.AST, fn: Function) -> bool:
    """Whether it is what the command of on_cmd is called."""
    if isinstance(node, ast.Name):
        how = fn.bindings.get(node.id, [])
        return bool(how) and all(b.kind == "value" and b.index is None and b.node is not None and _is_its_name(b.node, fn) for b in how)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "get_name":
        return False
    of = node.func.value
    return isinstance(of, ast.Name) and of.id == fn.parameters[2].arg


def _text(package: Package, node: ast.AST, module: ModuleInfo, fn: Optional[Function]) -> Optional[str]:
    """The text of a constant, or of a name that a module of the package gives one and no other."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if not isinstance(node, ast.Name) or (fn is not None and node.id in fn.bindings):
        return None
    how = module.bindings.get(node.id, [])
    if len(how) != 1:
        return None
    if how[0].kind == "import" and how[0].dotted.startswith("pkg:"):
        where, _, name = how[0].dotted[4:].rpartition(".")
        other = package.by_name.get(where)
        how = other.bindings.get(name, []) if other is not None else []
    if len(how) == 1 and how[0].kind == "value" and how[0].index is None and isinstance(how[0].node, ast.Constant):
        return _text(package, how[0].node, module, None)
    return None
