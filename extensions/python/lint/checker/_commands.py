"""What on_cmd does with commands: whether all are told apart and answered, and what becomes of those it sends itself."""

from __future__ import annotations

import ast
from typing import Optional

from _coroutines import called
from _finding import INFO, WARN, Findings
from _model import Class, Function, ModuleInfo, Package, last_name
from _inference import Types
from _usage import context

LOGS = ("log", "log_debug", "log_info", "log_warn", "log_error", "log_verbose", "log_fatal", "print")
_PAIRS = (0, 6)  # from here on a send gives (result, error), and one that nobody looks at is no mistake
ANSWERS = ("return_result", "return_result_directly")
PASSES = (*ANSWERS, "create", "send_cmd", "send_cmd_ex", *LOGS)


def check(package: Package, types: Types, findings: Findings) -> None:
    """Report on extensions that handle or send commands."""
    for cls in package.classes():
        if types.extension_kind(cls):
            _handler(types, cls, findings)
            _start_time(types, cls, findings)
    for fn in package.functions():
        for node in fn.own():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                _send(types, fn, node, findings)
                _return(types, fn, node, findings)
                _content(types, fn, node, findings)
    _old_import([module for module in package.modules if types.era(module) == "old"], findings)


# -- on_cmd


def _handler(types: Types, cls: Class, findings: Findings) -> None:
    fn = cls.methods.get("on_cmd")
    if fn is None:
        if cls.method("on_cmd") is None and not cls.children and _directly(types, cls):
            text = f"{cls.name} has no on_cmd: a command sent here waits for its timeout"
            findings.add("no-on-cmd", INFO, cls.module.source, cls.node, text, "answer commands in on_cmd, or connect none to it")
        return
    if len(fn.parameters) < 3:
        return
    cmd = fn.parameters[2].arg
    if not _all_alike(fn, cmd):
        return
    answers = [n for n in fn.own() if isinstance(n, ast.Call) and last_name(n) in ANSWERS]
    if answers:
        text = "on_cmd answers every command in the same way, for it never asks for the name"
        findings.add("no-dispatch", WARN, cls.module.source, fn.node, text, f"look at {cmd}.get_name() and answer the unknown with an ERROR result")
        _chain(types, fn, findings)
    _overtaking(types, fn, findings)
    _unguarded(types, fn, findings)


def _directly(types: Types, cls: Class) -> bool:
    return bool(set(types.ten_bases(cls)) & {"Extension", "AsyncExtension"})


def _all_alike(fn: Function, cmd: str) -> bool:
    """Whether nothing in the handler depends on the command's name: it is not asked for, and the command goes nowhere else."""
    for n in fn.own():
        if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id == cmd and n.attr in ("get_name", "clone"):
            return False
        if isinstance(n, ast.Call) and any(_is_name(a, cmd) for a in (*n.args, *(k.value for k in n.keywords))):
            if last_name(n) not in PASSES or last_name(n) in ("send_cmd", "send_cmd_ex"):
                return False
        if isinstance(n, (ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef)):
            if any(_is_name(sub, cmd) for sub in ast.walk(n)):
                return False
        if isinstance(n, (ast.Tuple, ast.List, ast.Dict)) and any(_is_name(c, cmd) for c in ast.iter_child_nodes(n)):
            return False
    return True


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _chain(types: Types, fn: Function, findings: Findings) -> None:
    """A command that is answered by sending another, whatever it is."""
    for node in fn.own():
        if not isinstance(node, ast.Call) or last_name(node) not in ("send_cmd", "send_cmd_ex") or _conditional(node, fn):
            continue
        if node.args and types.of(node.args[0], fn.module, fn) == "cmd":
            name = _name_of(types, node.args[0], fn)
            text = f"every command makes on_cmd send {name}: if the graph leads it back here, by whatever way, they never end"
            findings.add("endless-chain", WARN, fn.module.source, node, text, "answer that name without sending it on, and see that the graph has no such cycle")


def _conditional(node: ast.AST, fn: Function) -> bool:
    up = fn.module.parent.get(node)
    while up is not None and up is not fn.node:
        if isinstance(up, (ast.If, ast.IfExp, ast.Match, ast.While)):
            return True
        up = fn.module.parent.get(up)
    return False


def _name_of(types: Types, message: ast.AST, fn: Function) -> str:
    """The name of a message where it was created with a constant one."""
    create: Optional[ast.AST] = message
    if isinstance(message, ast.Name):
        create = next((b.node for b in fn.bindings.get(message.id, []) if b.kind == "value"), None)
    if isinstance(create, ast.Call) and create.args and isinstance(create.args[0], ast.Constant):
        return repr(create.args[0].value).replace("'", '"')
    return "a command"


def _overtaking(types: Types, fn: Function, findings: Findings) -> None:
    for node in fn.own():
        if isinstance(node, ast.Await) and isinstance(node.value, ast.Call):
            if types.package.resolve(node.value.func, fn.module, fn) == "asyncio.sleep":
                text = "each command is a task of its own, so while this one sleeps later ones overtake it: answers come back in another order"
                findings.add("answers-overtake", INFO, fn.module.source, node, text, "put commands into a queue if their order matters")
                return


def _unguarded(types: Types, fn: Function, findings: Findings) -> None:
    """A handler that can fail before it has answered."""
    if types.era(fn.module) != "old" or any(isinstance(n, ast.Try) for n in fn.own()):
        return
    sends = [n for n in fn.own() if isinstance(n, ast.Await) and isinstance(n.value, ast.Call) and last_name(n.value).startswith("send_cmd")]
    if sends:
        text = "nothing in on_cmd catches an error: if something fails before the answer, the sender waits for its timeout"
        findings.add("no-error-answer", WARN, fn.module.source, fn.node, text, "catch Exception and return an ERROR result that says why")


def _start_time(types: Types, cls: Class, findings: Findings) -> None:
    """Seconds that the stages before running sleep for certain."""
    total, first = 0.0, None
    for stage in ("on_configure", "on_init", "on_start"):
        fn = cls.methods.get(stage)
        for node in fn.own() if fn else ():
            if isinstance(node, ast.Await) and isinstance(node.value, ast.Call) and not _conditional(node, fn):  # type: ignore[arg-type]
                if types.package.resolve(node.value.func, cls.module, fn) == "asyncio.sleep":
                    seconds = node.value.args[0] if node.value.args else None
                    if isinstance(seconds, ast.Constant) and isinstance(seconds.value, (int, float)):
                        total, first = total + seconds.value, first or node
    if total >= 0.1:
        text = f"the stages before running sleep for {total:g} s, and messages wait until on_init is done"
        findings.add("slow-start", INFO, cls.module.source, first, text, "do what takes long in a task that on_start creates")


# -- commands that are sent


def _send(types: Types, fn: Function, call: ast.Call, findings: Findings) -> None:
    if last_name(call) != "send_cmd" or not _on_env(types, fn, call, "async"):
        return
    up = fn.module.parent.get(call)
    if not isinstance(up, ast.Await) or not call.args:
        return  # wait_for and the like look after it
    stmt = fn.module.parent.get(up)
    if isinstance(stmt, ast.AnnAssign):
        stmt = ast.copy_location(ast.Assign(targets=[stmt.target], value=stmt.value), stmt)
    name = _name_of(types, call.args[0], fn)
    if types.era(fn.module) == "old" and types.package.runtime < _PAIRS:
        if not _in_try(call, fn) and not _looked_at(fn, stmt):
            text = f"{name} is sent without a guard: if the graph connects it with nobody, 0.4 waits for ever and later runtimes fail"
            findings.add("send-unguarded", WARN, fn.module.source, call, text, "connect it in the graph, wait with asyncio.wait_for, and look at the error")
        if isinstance(stmt, ast.Assign) and not _looked_at(fn, stmt) and _handed_on(fn, stmt):
            text = "nobody looks at the status of this result, so an ERROR is passed on as it is"
            findings.add("status-unread", INFO, fn.module.source, stmt, text, "look at get_status_code()")
    elif isinstance(stmt, ast.Assign) and isinstance(stmt.targets[0], (ast.Tuple, ast.List)) and not _pair_looked_at(fn, stmt):
        text = f"{name} is sent without a guard: the result is None if the graph connects it with nobody, and nobody asks"
        findings.add("send-unguarded", WARN, fn.module.source, call, text, "look at the error before the result: if err is not None: ...")


def _on_env(types: Types, fn: Function, call: ast.Call, kind: str) -> bool:
    assert isinstance(call.func, ast.Attribute)
    return types.of(call.func.value, fn.module, fn) == f"env.{kind}"


def _in_try(node: ast.AST, fn: Function) -> bool:
    child, up = node, fn.module.parent.get(node)
    while up is not None and child is not fn.node:
        if isinstance(up, ast.Try) and child in up.body and up.handlers:
            return True
        child, up = up, fn.module.parent.get(up)
    return False


def _looked_at(fn: Function, stmt: Optional[ast.AST]) -> bool:
    """Whether the function looks into the result that a statement stores, or stores it elsewhere."""
    if not isinstance(stmt, ast.Assign) or not isinstance(stmt.targets[0], ast.Name):
        return isinstance(stmt, (ast.Assign, ast.Return))
    name = stmt.targets[0].id
    return any(isinstance(n, ast.Attribute) and _is_name(n.value, name) for n in fn.own())


def _handed_on(fn: Function, stmt: ast.Assign) -> bool:
    target = stmt.targets[0]
    return isinstance(target, ast.Name) and any(_is_name(n, target.id) and isinstance(n.ctx, ast.Load) for n in fn.own())  # type: ignore[attr-defined]


def _pair_looked_at(fn: Function, stmt: ast.Assign) -> bool:
    """Whether the error, or the result itself, is asked about, or the result is not used at all."""
    parts = stmt.targets[0].elts  # type: ignore[attr-defined]
    names = [p.id for p in parts if isinstance(p, ast.Name)]
    if len(names) != 2:
        return True
    result, err = names
    loads = [n for n in fn.own() if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
    if any(n.id == err for n in loads):
        return True
    asked = [n for n in loads if n.id == result and (context(n, fn.module) in ("tested", "compared") or _passed(n, fn))]
    used = [n for n in loads if n.id == result and isinstance(fn.module.parent.get(n), ast.Attribute)]
    return bool(asked) or not used


def _passed(node: ast.AST, fn: Function) -> bool:
    return isinstance(fn.module.parent.get(node), (ast.Call, ast.Return, ast.keyword))


# -- what later runtimes do differently


def _return(types: Types, fn: Function, call: ast.Call, findings: Findings) -> None:
    if last_name(call) != "return_result" or types.era(fn.module) != "old" or not _on_env(types, fn, call, "async"):
        return
    awaited = isinstance(fn.module.parent.get(call), ast.Await)
    if len(call.args) == 2 or not awaited:
        what = "returns a result for a command, without await" if not awaited else "names the command it answers"
        text = f"{called(call)} {what}, as 0.4 wants it: from 0.5 on it must be awaited, from 0.9 on it takes the result alone"
        findings.add("portability", INFO, fn.module.source, call, text, "later: await ten_env.return_result(CmdResult.create(status, cmd))")


def _old_import(modules: list[ModuleInfo], findings: Findings) -> None:
    """Says once that the package has another name by now."""
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom) and node.level == 0 and (node.module or "").split(".")[0] == "ten":
                newer = (node.module or "").replace("ten", "ten_runtime", 1)
                text = "the package ten is called ten_runtime since April 2025"
                findings.add("portability", INFO, module.source, node, text, f"for later runtimes: from {newer} import ...")
                return


def _content(types: Types, fn: Function, call: ast.Call, findings: Findings) -> None:
    """All properties of a message in a log line."""
    if last_name(call) not in LOGS or not (_on_env(types, fn, call, "async") or _on_env(types, fn, call, "sync")):
        return
    whole = {name for name, bindings in fn.bindings.items() if any(_whole(b.node) for b in bindings)}
    for arg in call.args:
        if any(isinstance(n, ast.Name) and n.id in whole for n in ast.walk(arg)):
            text = "this logs all that the message holds, which may be private, and only if the level lets it through"
            findings.add("logs-content", INFO, fn.module.source, call, text, "log the name and what you need of it")
            return


def _whole(node: Optional[ast.AST]) -> bool:
    if isinstance(node, ast.Await):
        node = node.value
    return isinstance(node, ast.Call) and last_name(node) in ("to_json", "get_property_to_json") and not node.args
