"""What the runtime does that authors do not expect: when properties are there, when handlers begin, which arguments it refuses."""

from __future__ import annotations

import ast
from typing import Optional

from _api import HANDLERS, MESSAGES
from _classes import asked_for, guarded, reads_own
from _coroutines import called
from _finding import ERROR, WARN, Findings
from _inference import Types, attribute_stores, ten_name
from _model import Class, Function, ModuleInfo, Package, last_name

RUNNING = ("asyncio.get_running_loop", "asyncio.get_event_loop")


def check(package: Package, types: Types, findings: Findings) -> None:
    """Report on all calls, and on what handlers read."""
    for module in package.modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call):
                fn = module.function_of.get(node)
                _keywords(types, module, node, fn, findings)
                _error_code(package, module, node, fn, findings)
                _nowhere(package, module, node, fn, findings)
                _stops_loop(types, node, fn, findings)
    for cls in package.classes():
        if types.extension_kind(cls):
            _too_late(cls, findings)
            _too_early(types, cls, findings)


# -- arguments


def _keywords(types: Types, module: ModuleInfo, call: ast.Call, fn: Optional[Function], findings: Findings) -> None:
    """The accessors of messages take no keywords."""
    if not call.keywords or not isinstance(call.func, ast.Attribute) or "_property_" not in call.func.attr:
        return
    if types.era(module) == "new" and types.of(call.func.value, module, fn) in MESSAGES:
        name = call.keywords[0].arg or "**"
        text = f"{called(call)} of a message takes no keyword arguments: a TypeError"
        findings.add("wrong-argument", ERROR, module.source, call, text, f"pass it by position, without {name}=")


def _error_code(package: Package, module: ModuleInfo, call: ast.Call, fn: Optional[Function], findings: Findings) -> None:
    if last_name(call) != "create" or not isinstance(call.func, ast.Attribute) or not call.args:
        return
    code = call.args[0]
    if ten_name(package.resolve(call.func.value, module, fn)) == ("ten_runtime", "TenError") and _is_number(code):
        text = "TenError.create wants a TenErrorCode: a number is an AttributeError"
        findings.add("wrong-argument", ERROR, module.source, call, text, "write TenErrorCode.ErrorCodeGeneric, or another of them")


def _is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int)


def _nowhere(package: Package, module: ModuleInfo, call: ast.Call, fn: Optional[Function], findings: Findings) -> None:
    """A destination without an app, which is not the same as the app itself."""
    if last_name(call) != "set_dests" or len(call.args) != 1 or not isinstance(call.args[0], (ast.List, ast.Tuple)):
        return
    for loc in call.args[0].elts:
        if not isinstance(loc, ast.Call) or ten_name(package.resolve(loc.func, module, fn)) != ("ten_runtime", "Loc"):
            continue
        if any(isinstance(a, ast.Starred) for a in loc.args) or any(k.arg is None for k in loc.keywords):
            continue
        app = loc.args[0] if loc.args else next((k.value for k in loc.keywords if k.arg == "app_uri"), None)
        if app is None or isinstance(app, ast.Constant) and app.value is None:
            text = "a Loc without an app is refused by set_dests, which returns an error: the message goes where the graph says"
            findings.add("wrong-argument", ERROR, module.source, loc, text, 'write Loc("", "", "name"): the empty text is this app, this graph')


# -- the loop


def _stops_loop(types: Types, call: ast.Call, fn: Optional[Function], findings: Findings) -> None:
    """In a coroutine the running loop is the runtime's own."""
    if fn is None or not fn.is_async or not isinstance(call.func, ast.Attribute) or call.func.attr not in ("stop", "close") or call.args:
        return
    if _is_running_loop(types, call.func.value, fn):
        text = f"{called(call)} ends the event loop on which all extensions of the process run"
        findings.add("stops-loop", ERROR, fn.module.source, call, text, "end your own tasks instead, and leave the loop to the runtime")


def _is_running_loop(types: Types, expr: ast.AST, fn: Function) -> bool:
    if isinstance(expr, ast.Call):
        return types.package.resolve(expr.func, fn.module, fn) in RUNNING
    if isinstance(expr, ast.Name) and expr.id in fn.bindings:
        return all(b.kind == "value" and b.index is None and isinstance(b.node, ast.Call) and _is_running_loop(types, b.node, fn) for b in fn.bindings[expr.id])
    if isinstance(expr, ast.Attribute) and fn.cls is not None and isinstance(expr.value, ast.Name) and expr.value.id == fn.self_name:
        stores = [s for c in fn.cls.family() for s in attribute_stores(c).get(expr.attr, [])]
        return bool(stores) and all(_gets_running(types, where, stmt) for where, stmt, _ in stores)
    return False


def _gets_running(types: Types, where: Function, stmt: ast.AST) -> bool:
    value = stmt.value if isinstance(stmt, (ast.Assign, ast.AnnAssign)) else None
    return where.is_async and isinstance(value, ast.Call) and types.package.resolve(value.func, where.module, where) in RUNNING


# -- stages


def _too_late(cls: Class, findings: Findings) -> None:
    """Messages come as soon as on_init is done, so before and while on_start runs."""
    family = cls.family()
    stores: dict[str, set[str]] = {}
    for member in family:
        for name, places in attribute_stores(member).items():
            stores.setdefault(name, set()).update(_method_of(where) for where, stmt, _ in places if not isinstance(stmt, ast.AugAssign))
    set_elsewhere = {name for member in family for name in (*member.values, *member.methods, *asked_for(member))}
    late = {name for name, methods in stores.items() if methods == {"on_start"}} - set_elsewhere
    for handler in HANDLERS:
        fn = cls.methods.get(handler)
        for node in fn.own() if fn is not None else ():
            if fn is not None and reads_own(node, fn) and node.attr in late and not guarded(node, cls.module):  # type: ignore[attr-defined]
                name = node.attr  # type: ignore[attr-defined]
                late.discard(name)
                text = f"self.{name} is set in on_start, but messages come as soon as on_init is done: {handler} may run before, an AttributeError then"
                findings.add("set-too-late", WARN, cls.module.source, node, text, "set it in on_init, or in __init__")


def _method_of(fn: Function) -> str:
    """The method that a function is, or is defined in."""
    while not fn.is_method and fn.outer is not None:
        fn = fn.outer
    return fn.name


def _too_early(types: Types, cls: Class, findings: Findings) -> None:
    """Properties are seeded in on_configure, and there from on_init on."""
    for fn in cls.methods.values():
        for node in fn.own():
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            name = node.func.attr
            if types.of(node.func.value, cls.module, fn) not in ("env.async", "env.sync"):
                continue
            if fn.name == "on_configure" and name.startswith("get_property_"):
                text = "in on_configure there are no properties yet, so this finds nothing"
                findings.add("property-timing", WARN, cls.module.source, node, text, "read it in on_init")
            elif fn.name in ("on_init", "on_start", "on_stop", "on_deinit", *HANDLERS) and name == "init_property_from_json":
                text = f"init_property_from_json is for on_configure alone: in {fn.name} it changes nothing"
                findings.add("property-timing", ERROR, cls.module.source, node, text, "call it in on_configure, or set single properties")
