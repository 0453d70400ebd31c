"""Coroutines: calls that nobody awaits, tasks that nobody keeps, loops and calls that hold up everybody else, queues."""

from __future__ import annotations

import ast
from typing import Optional

from _api import BLOCKING, BLOCKING_METHODS, LIFECYCLE, Type
from _finding import ERROR, INFO, WARN, Findings
from _model import Class, Function, ModuleInfo, Package, last_name
from _inference import Types, attribute_stores
from _usage import context

STARTING = ("on_configure", "on_init", "on_start")


def check(package: Package, types: Types, findings: Findings) -> None:
    """Report on all functions."""
    for module in package.modules:
        for node in ast.walk(module.tree):
            fn = module.function_of.get(node)
            _unawaited(types, module, node, fn, findings)
            _plain_awaited(types, module, node, fn, findings)
            _dropped_task(types, module, node, fn, findings)
    for fn in package.functions():
        if fn.is_async:
            _blocking(types, fn, findings)
            _loops(types, fn, findings)
            _inner_loop(types, fn, findings)
    _queues(package, types, findings)


def called(expr: ast.AST) -> str:
    """A call or a name as it stands in the source, shortened."""
    text = ast.unparse(expr.func if isinstance(expr, ast.Call) else expr)
    return text if len(text) <= 60 else text[:57] + "..."


# -- await


def _unawaited(types: Types, module: ModuleInfo, node: ast.AST, fn: Optional[Function], findings: Findings) -> None:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        _tell_unawaited(module, node.value, fn, types.of(node.value, module, fn), findings)
    elif isinstance(node, (ast.Call, ast.Name)) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        use = context(node, module)
        if not use:
            return
        t = types.of(node, module, fn)
        if isinstance(t, tuple) and t[0] == "coro":
            text = f"{called(node)} gives a coroutine, and nothing awaits it before it is {use}"
            findings.add("coroutine-not-awaited", ERROR, module.source, node, text, f"await it: await {called(node)}(...)")


def _tell_unawaited(module: ModuleInfo, call: ast.Call, fn: Optional[Function], t: Type, findings: Findings) -> None:
    if not isinstance(t, tuple) or t[0] not in ("coro", "agen"):
        return
    name = called(call)
    if t[0] == "agen":
        text = f"{name} makes an asynchronous generator that nothing runs, so nothing happens"
        findings.add("coroutine-not-awaited", ERROR, module.source, call, text, f"go through it: async for ... in {name}(...)")
        return
    text = f"{name} makes a coroutine that nothing awaits, so it never runs"
    remedy = f"await it: await {ast.unparse(call)}" if len(ast.unparse(call)) < 80 else f"await it: await {name}(...)"
    if name.endswith(".put") and call.args:
        remedy += f", or {name}_nowait({ast.unparse(call.args[0])})"
    if fn is None or not fn.is_async:
        remedy = "await it in a coroutine, or hand it to the loop: asyncio.run_coroutine_threadsafe(...)"
    findings.add("coroutine-not-awaited", ERROR, module.source, call, text, remedy)


def _plain_awaited(types: Types, module: ModuleInfo, node: ast.AST, fn: Optional[Function], findings: Findings) -> None:
    if not isinstance(node, ast.Await) or not isinstance(node.value, ast.Call):
        return
    call = node.value
    t = types.of(call, module, fn)
    if isinstance(t, tuple) and t[0] == "agen":
        text = f"{called(call)} gives an asynchronous generator, which cannot be awaited: a TypeError"
        findings.add("await-of-plain", ERROR, module.source, node, text, f"go through it: async for ... in {called(call)}(...)")
    elif isinstance(t, tuple) and t[0] == "pair" or _is_plain(types, module, call, fn):
        text = f"{called(call)} is no coroutine, so awaiting what it returns is a TypeError"
        findings.add("await-of-plain", ERROR, module.source, node, text, "remove await")


def _is_plain(types: Types, module: ModuleInfo, call: ast.Call, fn: Optional[Function]) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    receiver = types.of(call.func.value, module, fn)
    if isinstance(receiver, tuple) and receiver[0] == "inst":
        method = types.own_method(receiver[1], call.func.attr)
        overridden = any(call.func.attr in k.methods for k in receiver[1].children)
        return method is not None and not overridden and _returns_nothing(method)
    if not isinstance(receiver, str) or types.era(module) == "old":
        return False
    return types.api(receiver, module).get(call.func.attr) == "plain" and call.func.attr.startswith("log")


def _returns_nothing(fn: Function) -> bool:
    if fn.is_async or fn.is_generator or "abstractmethod" in fn.decorators or "overload" in fn.decorators:
        return False
    if any(isinstance(n, ast.Return) and n.value is not None for n in fn.own()):
        return False
    return not any(isinstance(n, ast.Raise) for n in fn.own())


# -- tasks


def _dropped_task(types: Types, module: ModuleInfo, node: ast.AST, fn: Optional[Function], findings: Findings) -> None:
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return
    call = node.value
    if not _makes_task(types, module, call, fn):
        return
    what = called(call.args[0]) if call.args else "it"
    text = f"the task of {what} is kept by nobody: it may be collected before it ends, on_stop can neither await nor cancel it, and an exception in it goes unseen"
    remedy = f"keep it, as in self._task = {called(call)}(...), and await it in on_stop"
    findings.add("task-dropped", WARN, module.source, call, text, remedy, confidence="proven")


def _makes_task(types: Types, module: ModuleInfo, call: ast.Call, fn: Optional[Function]) -> bool:
    if types.package.resolve(call.func, module, fn) in ("asyncio.create_task", "asyncio.ensure_future"):
        return True
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "create_task":
        return False
    receiver = call.func.value
    return types.of(receiver, module, fn) == "loop" or "loop" in last_name(receiver).lower()


# -- what holds up the loop


def _blocking(types: Types, fn: Function, findings: Findings) -> None:
    for node in fn.own():
        if not isinstance(node, ast.Call) or isinstance(fn.module.parent.get(node), ast.Await):
            continue
        found = blocking_call(types, node, fn)
        if found:
            what, instead = found
            text = f"{what} blocks the event loop: while it waits, no extension on this loop handles anything"
            findings.add("blocking-call", WARN, fn.module.source, node, text, f"use {instead}", confidence="proven")
            continue
        through = _blocks_inside(types, node, fn, 3)
        if through:
            text = f"{called(node)} blocks the event loop, for it calls {through}: while it waits, no extension on this loop handles anything"
            findings.add("blocking-call", WARN, fn.module.source, node, text, f"use await asyncio.to_thread({called(node)}, ...)")


def blocking_call(types: Types, call: ast.Call, fn: Function) -> Optional[tuple[str, str]]:
    """What blocks in a call, and what to use instead."""
    dotted = types.package.resolve(call.func, fn.module, fn)
    if isinstance(dotted, str) and dotted in BLOCKING:
        if dotted == "time.sleep" and call.args and isinstance(call.args[0], ast.Constant) and not call.args[0].value:
            return None
        return dotted, BLOCKING[dotted]
    if not isinstance(call.func, ast.Attribute):
        return None
    kind = types.of(call.func.value, fn.module, fn)
    names, instead = BLOCKING_METHODS.get(kind, ((), "")) if isinstance(kind, str) else ((), "")
    if call.func.attr not in names or _at_once(call, str(kind)):
        return None
    return f"{called(call)} of a {'socket' if kind == 'socket' else kind}", instead


def _at_once(call: ast.Call, kind: str) -> bool:
    """Whether the call says that it does not wait."""
    said = [k.value for k in call.keywords if k.arg in ("block", "timeout")]
    if kind.startswith(("queue.", "threading.")):
        said += call.args
    return any(isinstance(v, ast.Constant) and v.value is not None and not v.value for v in said)


def _blocks_inside(types: Types, call: ast.Call, fn: Function, depth: int) -> str:
    """What blocks inside a plain function of the package that is called directly."""
    target: object = types.package.resolve(call.func, fn.module, fn)
    if isinstance(call.func, ast.Attribute) and not isinstance(target, Function):
        receiver = types.of(call.func.value, fn.module, fn)
        if isinstance(receiver, tuple) and receiver[0] == "inst":
            target = types.own_method(receiver[1], call.func.attr)
    if not isinstance(target, Function) or target.is_async or target.is_generator or depth == 0:
        return ""
    for node in target.own():
        if isinstance(node, ast.Call):
            found = blocking_call(types, node, target)
            if found:
                return f"{found[0]} in line {node.lineno}"
            deeper = _blocks_inside(types, node, target, depth - 1)
            if deeper:
                return deeper
    return ""


def _inner_loop(types: Types, fn: Function, findings: Findings) -> None:
    for node in fn.own():
        if not isinstance(node, ast.Call):
            continue
        dotted = types.package.resolve(node.func, fn.module, fn)
        if dotted == "asyncio.run":
            text = "asyncio.run inside a coroutine is a RuntimeError: a loop runs already"
            findings.add("loop-in-loop", ERROR, fn.module.source, node, text, "await the coroutine")
        elif last_name(node) == "run_until_complete" and _running(types, node, fn):
            text = "run_until_complete on the running loop is a RuntimeError"
            findings.add("loop-in-loop", ERROR, fn.module.source, node, text, "await the coroutine")
        elif dotted == "asyncio.get_event_loop":
            text = "asyncio.get_event_loop is discouraged in coroutines"
            findings.add("get-event-loop", INFO, fn.module.source, node, text, "use asyncio.get_running_loop(), or asyncio.create_task")


def _running(types: Types, call: ast.Call, fn: Function) -> bool:
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
    if not isinstance(receiver, ast.Call):
        return False
    return types.package.resolve(receiver.func, fn.module, fn) in ("asyncio.get_event_loop", "asyncio.get_running_loop")


# -- loops


def _loops(types: Types, fn: Function, findings: Findings) -> None:
    for node in fn.own():
        if isinstance(node, ast.While):
            if _forever(node) and not _awaits(node) and not _leaves(node):
                text = f"this loop in {fn.name} never ends and never awaits: it stops the event loop for ever"
                findings.add("loop-never-yields", ERROR, fn.module.source, node, text, "await something in it, or run it with asyncio.to_thread")
            elif not _forever(node) and _idle(node):
                text = f"this loop in {fn.name} waits without await: nothing else can run, so what it waits for never happens"
                findings.add("loop-never-yields", ERROR, fn.module.source, node, text, "await an asyncio.Event, or asyncio.sleep in the loop")
            _catch_all(types, node, fn, findings)
    if fn.is_method and fn.name in STARTING and fn.cls is not None and types.extension_kind(fn.cls):
        _stage(types, fn, findings)


def _forever(node: ast.While) -> bool:
    return isinstance(node.test, ast.Constant) and bool(node.test.value)


def _awaits(node: ast.AST) -> bool:
    return any(isinstance(n, (ast.Await, ast.AsyncFor, ast.AsyncWith)) or _is_async_comprehension(n) for n in _inside(node))


def _is_async_comprehension(n: ast.AST) -> bool:
    return isinstance(n, ast.comprehension) and bool(n.is_async)


def _inside(node: ast.AST):
    """The nodes of a statement without those of functions in it."""
    todo = list(ast.iter_child_nodes(node))
    while todo:
        n = todo.pop()
        yield n
        if not isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            todo.extend(ast.iter_child_nodes(n))


def _leaves(node: ast.While) -> bool:
    """Whether something in the loop can end it: break, return, raise, or the end of the program."""
    for n in _inside(node):
        if isinstance(n, (ast.Return, ast.Raise, ast.Break, ast.Yield, ast.YieldFrom)):
            return True
        if isinstance(n, ast.Call) and last_name(n) in ("exit", "_exit", "abort"):
            return True
    return False


def _idle(node: ast.While) -> bool:
    if not all(isinstance(s, (ast.Pass, ast.Continue)) for s in node.body):
        return False
    return not any(isinstance(n, (ast.Await, ast.Call, ast.NamedExpr)) for n in ast.walk(node.test))


def _stage(types: Types, fn: Function, findings: Findings) -> None:
    """A stage that does not end keeps on_stop from being called."""
    for node in fn.own():
        if isinstance(node, ast.While) and _endless(types, node, fn):
            _tell_stage(fn, node, f"{fn.name} stays in this loop", findings)
        elif isinstance(node, ast.Await) and isinstance(node.value, ast.Call):
            inner = _own_coroutine(types, node.value, fn)
            if inner is not None and any(isinstance(n, ast.While) and _endless(types, n, inner) for n in inner.own()):
                _tell_stage(fn, node, f"{fn.name} awaits {inner.name}, which stays in its loop", findings)


def _tell_stage(fn: Function, node: ast.AST, what: str, findings: Findings) -> None:
    text = f"{what}, so the stage never ends and on_stop is never called"
    remedy = "start it as a task of its own, self._task = asyncio.create_task(...), and end it in on_stop"
    findings.add("stage-never-ends", WARN, fn.module.source, node, text, remedy)


def _own_coroutine(types: Types, call: ast.Call, fn: Function) -> Optional[Function]:
    if isinstance(call.func, ast.Attribute):
        receiver = types.of(call.func.value, fn.module, fn)
        if isinstance(receiver, tuple) and receiver[0] == "inst":
            return types.own_method(receiver[1], call.func.attr)
    return None


def _endless(types: Types, node: ast.While, fn: Function) -> bool:
    """Whether a loop ends only by what happens after the stage, if at all."""
    if _forever(node):
        return _awaits(node) and (not _leaves(node) or _takes_from_queue(types, node, fn) is not None)
    flag = node.test.operand if isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not) else node.test
    if not isinstance(flag, ast.Attribute) or fn.cls is None or _leaves(node):
        return False
    if not isinstance(flag.value, ast.Name) or flag.value.id != fn.self_name:
        return False
    stores = attribute_stores(fn.cls).get(flag.attr, [])
    return bool(stores) and all(where.name in ("__init__", *LIFECYCLE) for where, _, _ in stores) and not any(
        isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store) and n.attr == flag.attr for n in _inside(node)
    )


def _takes_from_queue(types: Types, node: ast.AST, fn: Function) -> Optional[ast.Call]:
    """The first awaited get of a queue."""
    for n in _inside(node):
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute) and n.func.attr == "get" and not n.args:
            if types.of(n.func.value, fn.module, fn) == "asyncio.Queue":
                return n
    return None


def _catch_all(types: Types, loop: ast.While, fn: Function, findings: Findings) -> None:
    """A loop that waits inside its own catch-all spins if the waiting itself fails."""
    for stmt in loop.body:
        if not isinstance(stmt, ast.Try):
            continue
        get = next((g for s in stmt.body for g in [_takes_from_queue(types, s, fn)] if g is not None), None)
        if get is None:
            continue
        for handler in stmt.handlers:
            if _catches_all(handler) and not _pauses(handler):
                shared = _in_class_body(types, get, fn)
                text = f"this handler catches also what {called(get)} raises: if that keeps failing, the loop in {fn.name} spins without a pause"
                remedy = "put the try around the processing alone, or pause in the handler with asyncio.sleep"
                findings.add("catch-all-in-loop", WARN if shared else INFO, fn.module.source, handler, text, remedy)


def _catches_all(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or last_name(handler.type) in ("Exception", "BaseException")


def _pauses(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(n, (ast.Raise, ast.Break, ast.Return, ast.Await)) for n in _inside(handler))


def _in_class_body(types: Types, get: ast.Call, fn: Function) -> bool:
    queue = get.func.value if isinstance(get.func, ast.Attribute) else None
    return isinstance(queue, ast.Attribute) and fn.cls is not None and any(queue.attr in c.values for c in fn.cls.ancestors())


# -- queues


def _queues(package: Package, types: Types, findings: Findings) -> None:
    for cls in package.classes():
        for name, place in _queue_attributes(types, cls).items():
            _producer(package, types, cls, name, findings)
            _bound(package, types, cls, name, place, findings)


def _queue_attributes(types: Types, cls: Class) -> dict[str, tuple[Optional[Function], ast.stmt]]:
    """The queues that a class makes, and where."""
    found: dict[str, tuple[Optional[Function], ast.stmt]] = {}
    for name, stmts in cls.values.items():
        if types.attribute(cls, name) == "asyncio.Queue" and isinstance(stmts[0], (ast.Assign, ast.AnnAssign)):
            if isinstance(stmts[0].value, ast.Call):
                found[name] = (None, stmts[0])
    for name, stores in attribute_stores(cls).items():
        fn, stmt, index = stores[0]
        if index is None and types.attribute(cls, name) == "asyncio.Queue" and isinstance(getattr(stmt, "value", None), ast.Call):
            found.setdefault(name, (fn, stmt))  # type: ignore[arg-type]
    return found


def _producer(package: Package, types: Types, cls: Class, name: str, findings: Findings) -> None:
    """A queue that is read but into which nothing but the end mark ever comes."""
    gets: list[tuple[ModuleInfo, ast.Attribute]] = []
    for module in package.modules:
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Attribute) or node.attr != name:
                continue
            use = module.parent.get(node)
            if isinstance(node.ctx, ast.Store):
                continue
            if not isinstance(use, ast.Attribute):
                return  # handed on: somebody else may fill it
            call = module.parent.get(use)
            if use.attr in ("put", "put_nowait"):
                if not (isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant) and call.args[0].value is None):
                    return
            elif use.attr in ("get", "get_nowait"):
                gets.append((module, node))
    if not gets or package.unread:
        return
    module, node = gets[0]
    text = f"nothing ever puts a value into {cls.name}.{name}, so what waits here waits for ever"
    findings.add("queue-without-producer", WARN, module.source, node, text, f"fill it where the work comes in: await self.{name}.put(...) in on_cmd or on_data")


def _bound(
    package: Package, types: Types, cls: Class, name: str, place: tuple[Optional[Function], ast.stmt], findings: Findings
) -> None:
    call = place[1].value  # type: ignore[attr-defined]
    if call.args or call.keywords:
        return
    unattended = types.extension_kind(cls) and _consumer_dropped(types, cls, name) and not _joined(package, name)
    text = f"the queue {name} has no bound: if work comes in faster than it is done, it grows until memory ends"
    if unattended:
        text += "; and on_stop waits for nobody who empties it"
    remedy = "say how much may wait, asyncio.Queue(maxsize=...), and what happens when it is full"
    findings.add("queue-unbounded", WARN if unattended else INFO, cls.module.source, place[1], text, remedy)


def _joined(package: Package, name: str) -> bool:
    return any(
        isinstance(n, ast.Attribute) and n.attr == "join" and isinstance(n.value, ast.Attribute) and n.value.attr == name
        for m in package.modules
        for n in ast.walk(m.tree)
    )


def _consumer_dropped(types: Types, cls: Class, name: str) -> bool:
    """Whether the coroutine that reads the queue runs in a task that nobody keeps."""
    consumers = {
        fn.name
        for fn in cls.methods.values()
        if any(isinstance(n, ast.Attribute) and n.attr == "get" and last_name(n.value) == name for n in fn.own())
    }
    for fn in cls.methods.values():
        for node in fn.own():
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _makes_task(types, cls.module, node.value, fn):
                if node.value.args and last_name(node.value.args[0]) in consumers:
                    return True
    return False


