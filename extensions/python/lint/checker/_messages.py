"""The use of TEN's API: pairs taken for values, methods that are not called or not there, messages used after they were sent."""

from __future__ import annotations

import ast
import difflib
from typing import Optional

from _api import MESSAGES, NEW, OLD
from _coroutines import called
from _finding import ERROR, INFO, WARN, Findings
from _model import Function, ModuleInfo, Package, last_name
from _inference import Types, title
from _usage import context

# What fails if it is given a pair.
WANTS_VALUE = frozenset(["json.loads", "int", "float", "open", "os.path.join", "os.path.exists", "bytes.fromhex"])

SENDS = ("send_cmd", "send_cmd_ex", "send_data", "send_audio_frame", "send_video_frame", "return_result")


def check(package: Package, types: Types, findings: Findings) -> None:
    """Report on all modules."""
    for module in package.modules:
        for node in ast.walk(module.tree):
            fn = module.function_of.get(node)
            if isinstance(node, (ast.Await, ast.Call, ast.Name, ast.Attribute)):
                _value(types, module, node, fn, findings)
            if isinstance(node, ast.Attribute):
                _member(types, module, node, fn, findings)
            if isinstance(node, ast.Call):
                _arguments(types, module, node, fn, findings)
    for fn in package.functions():
        _sent(types, fn, findings)


# -- pairs and methods taken for values


def _value(types: Types, module: ModuleInfo, node: ast.AST, fn: Optional[Function], findings: Findings) -> None:
    if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        return
    use = context(node, module)
    if not use or use.startswith("asked for .__"):
        return
    t = types.of(node, module, fn)
    if not isinstance(t, tuple) or _examined(node, fn, module):
        return
    if t[0] == "pair":
        _tell_pair(module, node, use, findings)
    elif t[0] == "method":
        _tell_method(module, node, t, use, findings)


def _examined(node: ast.AST, fn: Optional[Function], module: ModuleInfo) -> bool:
    """Whether the function asks what the name is before it uses it."""
    if not isinstance(node, ast.Name):
        return False
    scope = fn.node if fn else module.tree
    return any(
        isinstance(n, ast.Call)
        and last_name(n) in ("isinstance", "callable", "type", "len")
        and any(isinstance(a, ast.Name) and a.id == node.id for a in n.args)
        for n in ast.walk(scope)
    )


def _tell_pair(module: ModuleInfo, node: ast.AST, use: str, findings: Findings) -> None:
    inner = node.value if isinstance(node, ast.Await) else node
    name = called(inner)
    is_name = isinstance(node, ast.Name)
    text = f"{name} {'holds' if is_name else 'gives'} a pair (value, error), which is {use} as though it were the value"
    if use == "tested":
        text += ": a pair is always true"
    remedy = f"unpack it: {name if is_name else 'value'}, err = ..."
    level = WARN if use == "put into text" else ERROR
    findings.add("value-error-pair", level, module.source, node, text, remedy, confidence="proven")


def _tell_method(module: ModuleInfo, node: ast.AST, t: tuple, use: str, findings: Findings) -> None:
    if use.startswith("asked for") or use == "subscripted":
        return
    own = t[1] not in _TITLES
    if own and not (use == "tested" or _against_constant(node, module)):
        return
    name = called(node)
    text = f"{name} is {use} without being called"
    text += ": a method is always true" if use == "tested" else ": that is the method itself, not what it returns"
    level = WARN if use == "put into text" else ERROR
    findings.add("method-not-called", level, module.source, node, text, f"call it: {name}()", confidence="proven")


_TITLES = frozenset(title(kind) for kind in NEW) | {"asyncio.Event", "asyncio.Queue", "asyncio.Task", "asyncio.Lock"}


def _against_constant(node: ast.AST, module: ModuleInfo) -> bool:
    up = module.parent.get(node)
    if not isinstance(up, ast.Compare):
        return False
    return any(isinstance(s, ast.Constant) and s.value is not None for s in (up.left, *up.comparators))


def _arguments(types: Types, module: ModuleInfo, call: ast.Call, fn: Optional[Function], findings: Findings) -> None:
    if not _wants_value(types, module, call, fn):
        return
    for arg in call.args:
        t = types.of(arg, module, fn) if isinstance(arg, (ast.Name, ast.Await, ast.Call)) else None
        if isinstance(t, tuple) and t[0] == "pair" and not _examined(arg, fn, module):
            _tell_pair(module, arg, f"passed to {called(call)}", findings)


def _wants_value(types: Types, module: ModuleInfo, call: ast.Call, fn: Optional[Function]) -> bool:
    dotted = types.package.resolve(call.func, module, fn)
    if isinstance(dotted, str) and dotted in WANTS_VALUE:
        return True
    if isinstance(call.func, ast.Attribute):
        if call.func.attr in ("model_validate_json", "parse_raw"):
            return True
        receiver = types.of(call.func.value, module, fn)
        known = isinstance(receiver, str) and call.func.attr in types.api(receiver, module)
        return known and (call.func.attr.startswith("set_property") or call.func.attr in SENDS)
    return False


# -- members that are not there


def _member(types: Types, module: ModuleInfo, node: ast.Attribute, fn: Optional[Function], findings: Findings) -> None:
    if not isinstance(node.ctx, ast.Load) or node.attr.startswith("_"):
        return
    kind = types.of(node.value, module, fn)
    table = OLD if types.era(module) == "old" else NEW
    if not isinstance(kind, str) or kind not in table or _asked_for(node.attr, fn, module):
        return
    if node.attr in table[kind]:
        _older(types, module, node, kind, findings)
        return
    text = f"{title(kind)} has no {node.attr}: an AttributeError when that line runs"
    findings.add("no-such-method", ERROR, module.source, node, text, _instead(kind, node, table))


def _asked_for(name: str, fn: Optional[Function], module: ModuleInfo) -> bool:
    scope = fn.node if fn else module.tree
    return any(
        isinstance(n, ast.Call)
        and last_name(n) in ("hasattr", "getattr")
        and any(isinstance(a, ast.Constant) and a.value == name for a in n.args)
        for n in ast.walk(scope)
    ) or any(isinstance(n, ast.ExceptHandler) and n.type is not None and "AttributeError" in ast.dump(n.type) for n in ast.walk(scope))


_INSTEAD = {
    "to_json": "use get_name() and get_property_to_json(), which gives (text, error)",
    "from_json": "use set_property_from_json(None, text)",
    "create_from_json": "use create(name) and set_property_from_json(None, text)",
    "log_warning": "use log_warn",
    "log_fatal": "use log_error",
    "log_verbose": "use log_debug",
    "return_result_directly": "use return_result(result)",
    "set_dest": 'use set_dests([Loc("", "", "name")])',
    "errno": "use error_code()",
    "err_msg": "use error_message()",
    "is_property_exist": "read the property and look at the error: value, err = ...",
}


def _instead(kind: str, node: ast.Attribute, table: dict) -> str:
    if node.attr.endswith("_done") and kind == "env.async":
        return "remove the call: an asynchronous stage is done when its coroutine returns"
    if node.attr in _INSTEAD:
        return _INSTEAD[node.attr]
    near = difflib.get_close_matches(node.attr, [n for n in table[kind]], 1, 0.6)
    return f"did you mean {near[0]}?" if near else "see the API of that class"


def _older(types: Types, module: ModuleInfo, node: ast.Attribute, kind: str, findings: Findings) -> None:
    """What the older package has and ten_runtime has not."""
    if types.era(module) != "old":
        return
    if node.attr.endswith("_done") and kind == "env.async":
        text = f"{node.attr} in an asynchronous extension was needed by 0.3 alone: 0.4 refuses it"
        findings.add("portability", INFO, module.source, node, text, "remove it: the stage is done when its coroutine returns")
    elif node.attr not in NEW[kind]:
        text = f"{title(kind)}.{node.attr} is gone from later runtimes"
        findings.add("portability", INFO, module.source, node, text, _INSTEAD.get(node.attr, "see the newer API"))


# -- messages after they were sent


def _sent(types: Types, fn: Function, findings: Findings) -> None:
    for body in _bodies(fn.node):
        gone: dict[str, tuple[str, int]] = {}
        for stmt in body:
            for name, (how, line) in list(gone.items()):
                use = _used(types, stmt, name, fn)
                if use is not None:
                    _tell_sent(fn, use, name, how, line, findings)
                    del gone[name]
                elif _rebinds(stmt, name):
                    del gone[name]
            for name, how in _sends(types, stmt, fn):
                gone[name] = (how, stmt.lineno)


def _bodies(node: ast.AST):
    """Every list of statements in a function, without those of inner functions."""
    todo = [node]
    first = True
    while todo:
        n = todo.pop()
        if not first and isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            continue
        first = False
        for part in ("body", "orelse", "finalbody"):
            body = getattr(n, part, None)
            if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
                yield body
        todo.extend(ast.iter_child_nodes(n))


def _sends(types: Types, stmt: ast.stmt, fn: Function):
    """The local messages that a simple statement sends for certain."""
    if not isinstance(stmt, (ast.Expr, ast.Assign, ast.AnnAssign)) or stmt.value is None:
        return
    call = stmt.value.value if isinstance(stmt.value, ast.Await) else stmt.value
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr not in SENDS:
        return
    receiver = types.of(call.func.value, fn.module, fn)
    if not isinstance(receiver, str) or receiver.split(".")[0] not in ("env", "tester") or not call.args:
        return
    old = types.era(fn.module) == "old"
    if isinstance(types.of(call, fn.module, fn), tuple) and not isinstance(stmt.value, ast.Await):
        return  # a coroutine that nobody awaits sends nothing
    for arg in call.args[: 2 if old and call.func.attr == "return_result" else 1]:
        if isinstance(arg, ast.Name) and types.of(arg, fn.module, fn) in MESSAGES and not _streams(arg.id, fn):
            yield arg.id, call.func.attr


def _streams(name: str, fn: Function) -> bool:
    """A result that is not final takes nothing but itself."""
    return any(isinstance(n, ast.Attribute) and n.attr in ("set_final", "set_is_final") for n in fn.own())


def _rebinds(stmt: ast.stmt, name: str) -> bool:
    return any(isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, (ast.Store, ast.Del)) for n in ast.walk(stmt))


def _used(types: Types, stmt: ast.stmt, name: str, fn: Function) -> Optional[ast.AST]:
    """Where a statement reads from a message or sends it, unless it gives the name a new value."""
    if _rebinds(stmt, name):
        return None
    for n in ast.walk(stmt):
        if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            return None
        if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id == name:
            return n
        if isinstance(n, ast.Call) and last_name(n) in (*SENDS, "create"):
            if any(isinstance(a, ast.Name) and a.id == name for a in n.args):
                return n
    return None


def _tell_sent(fn: Function, use: ast.AST, name: str, how: str, line: int, findings: Findings) -> None:
    text = f"{name} was given away by {how} in line {line} and is empty afterwards"
    if isinstance(use, ast.Call) and last_name(use) == "create":
        text += ": a result made from it reaches nobody"
    else:
        text += ": using it is a ValueError"
    findings.add("used-after-send", ERROR, fn.module.source, use, text, f"take what you need from {name} first, or send {name}.clone()")


