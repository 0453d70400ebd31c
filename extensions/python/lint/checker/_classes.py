"""Classes: attributes that nothing sets, state that all instances share, constructors and callbacks that do not fit their base."""

from __future__ import annotations

import ast
import difflib
from typing import Optional

from _api import CALLBACKS, HANDLERS, LIFECYCLE
from _finding import ERROR, INFO, WARN, Findings
from _model import Class, Function, ModuleInfo, Package, last_name
from _inference import Types, attribute_stores, ten_name

# Bases of which it is known what they set on their instances: nothing, beside the name of an extension.
PLAIN_BASES = frozenset(["object", "abc.ABC", "typing.Generic", "typing_extensions.Generic"])
TEN_BASES = frozenset(["Extension", "AsyncExtension", "Addon", "App"])
TEN_ATTRIBUTES = frozenset(["name", *CALLBACKS, "on_create_instance", "run", "close", "wait"])
PLAIN_DECORATORS = frozenset(["register_addon_as_extension", "dataclass", "final", "runtime_checkable"])

PRIMITIVES = frozenset(
    f"asyncio.{n}" for n in ("Queue", "Event", "Lock", "Condition", "Semaphore")
) | {"queue.Queue", "threading.Event", "threading.Condition"}  # a threading.Lock is often meant to be one for all
CONTAINERS = frozenset(["list", "dict", "set", "collections.deque", "collections.defaultdict", "collections.OrderedDict", "bytearray"])
MUTATORS = frozenset(
    "append appendleft extend insert add update pop popleft popitem remove discard clear setdefault sort reverse".split()
)


def check(package: Package, types: Types, findings: Findings) -> None:
    """Report on all classes."""
    outside = _stored_from_outside(package)
    made = _instantiated(package)
    for cls in package.classes():
        _attributes(package, cls, outside, made, findings)
        _shared(types, cls, findings)
        _loop_annotation(types, cls, findings)
        if types.extension_kind(cls) or "AsyncExtensionTester" in types.ten_bases(cls):
            _constructor(types, cls, findings)
        if types.extension_kind(cls):
            _callbacks(package, types, cls, findings)


# -- attributes that nothing sets


def _stored_from_outside(package: Package) -> set[str]:
    """The attributes that some code of the package sets on something that is not its own instance."""
    found: set[str] = set()
    for module in package.modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                fn = module.function_of.get(node)
                own = fn.self_name if fn else None
                if not (isinstance(node.value, ast.Name) and node.value.id == own):
                    found.add(node.attr)
            elif isinstance(node, ast.Call) and last_name(node) == "setattr" and len(node.args) == 3:
                if isinstance(node.args[1], ast.Constant):
                    found.add(str(node.args[1].value))
    return found


def _instantiated(package: Package) -> set[Class]:
    """The classes of which the package itself makes instances."""
    found = set()
    for module in package.modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call):
                target = package.resolve(node.func, module, module.function_of.get(node))
                if isinstance(target, Class):
                    found.add(target)
    return found


def _attributes(package: Package, cls: Class, outside: set[str], made: set[Class], findings: Findings) -> None:
    family = cls.family()
    if not all(_knowable(c) for c in family):
        return
    there = set(dir(object)) | {"__dict__", "__annotations__"} | TEN_ATTRIBUTES | outside
    if not any(ten_name(b)[1] for c in family for b in c.foreign()):
        there -= TEN_ATTRIBUTES
        there |= outside
    for c in family:
        there |= set(c.methods) | set(c.values) | _set_by_methods(c) | asked_for(c)
    used: dict[str, list[tuple[Function, ast.Attribute]]] = {}
    for fn in cls.module.functions:
        if fn.cls is cls and fn.self_name is not None:
            for node in fn.own():
                if reads_own(node, fn) and node.attr not in there and not _is_special(node.attr) and not guarded(node, cls.module):  # type: ignore[attr-defined]
                    used.setdefault(node.attr, []).append((fn, node))  # type: ignore[attr-defined, arg-type]
    for name, uses in used.items():
        # Of what is made elsewhere the missing part may come from there: a mixin, a base for others.
        known = any(c in made or any(ten_name(b)[1] for b in c.foreign()) for c in family)
        _tell_unset(cls, name, uses, there, ERROR if known else WARN, findings)
        if known:
            _tell_handlers(cls, name, uses, findings)


def _is_special(name: str) -> bool:
    """Whether Python itself may set an attribute."""
    return name.startswith("__") and name.endswith("__")


def _knowable(cls: Class) -> bool:
    node = cls.node
    if node.keywords or any(last_name(d) not in PLAIN_DECORATORS for d in node.decorator_list):
        return False
    for base in cls.bases:
        if isinstance(base, Class):
            continue
        package, name = ten_name(base)
        if not (base in PLAIN_BASES or (package and name in TEN_BASES)):
            return False
    if {"__getattr__", "__getattribute__", "__slots__"} & (set(cls.methods) | set(cls.values)):
        return False
    return not _sets_anything(cls)


def _sets_anything(cls: Class) -> bool:
    for node in ast.walk(cls.node):
        if isinstance(node, ast.Attribute) and node.attr in ("__dict__", "__setattr__"):
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == "vars" or (node.func.id == "setattr" and not isinstance(node.args[1:2] and node.args[1], ast.Constant)):
                return True
    return False


def _set_by_methods(cls: Class) -> set[str]:
    return {
        name
        for name, stores in attribute_stores(cls).items()
        if any(not isinstance(stmt, ast.AugAssign) for _, stmt, _ in stores)
    } | _set_on_class(cls)


def _set_on_class(cls: Class) -> set[str]:
    """What class methods set, and what a with or for statement or a walrus binds."""
    found = set()
    for fn in cls.methods.values():
        if "classmethod" in fn.decorators and fn.parameters:
            own = fn.parameters[0].arg
            found |= {
                n.attr
                for n in fn.own()
                if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store) and isinstance(n.value, ast.Name) and n.value.id == own
            }
    return found


def asked_for(cls: Class) -> set[str]:
    """Attributes whose presence the class asks for with hasattr or getattr."""
    return {
        str(n.args[1].value)
        for n in ast.walk(cls.node)
        if isinstance(n, ast.Call)
        and last_name(n) in ("hasattr", "getattr", "setattr")
        and len(n.args) > 1
        and isinstance(n.args[1], ast.Constant)
    }


def reads_own(node: ast.AST, fn: Function) -> bool:
    if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name) or node.value.id != fn.self_name:
        return False
    if node.value.id in fn.bindings and not fn.is_method:
        return False  # a parameter of an inner function that is called self too
    return isinstance(node.ctx, ast.Load) or isinstance(fn.module.parent.get(node), ast.AugAssign)


def guarded(node: ast.AST, module: ModuleInfo) -> bool:
    """Whether an AttributeError is expected here."""
    child, up = node, module.parent.get(node)
    while up is not None and not isinstance(up, (ast.FunctionDef, ast.AsyncFunctionDef)):
        if isinstance(up, ast.Try) and child in up.body:
            if any(h.type is not None and "AttributeError" in ast.dump(h.type) for h in up.handlers):
                return True
        child, up = up, module.parent.get(up)
    return False


def _tell_unset(
    cls: Class, name: str, uses: list[tuple[Function, ast.Attribute]], there: set[str], level: str, findings: Findings
) -> None:
    fn, first = min(uses, key=lambda u: (u[1].lineno, u[1].col_offset))
    text = f"self.{name} is read in {fn.name} but never set: an AttributeError when that line runs"
    lines = sorted({n.lineno for _, n in uses} - {first.lineno})
    if lines:
        text += f" (also line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines[:4]))})"
    findings.add("attribute-never-set", level, cls.module.source, first, text, _unset_remedy(cls, fn, name, there))


def _unset_remedy(cls: Class, fn: Function, name: str, there: set[str]) -> str:
    for stage in ("on_init", "on_start", "on_configure"):
        method = cls.method(stage)
        if method is not None and name in [p.arg for p in method.parameters]:
            return f"store it: self.{name} = {name} at the beginning of {stage}, or pass it to {fn.name}"
    near = difflib.get_close_matches(name, [n for n in there if not n.startswith("__")], 1, 0.75)
    if near:
        return f"did you mean self.{near[0]}?"
    return f"set it in __init__: self.{name} = ..."


def _tell_handlers(cls: Class, name: str, uses: list[tuple[Function, ast.Attribute]], findings: Findings) -> None:
    """An except clause that itself raises ends what it should have kept going."""
    for fn, node in uses:
        up = cls.module.parent.get(node)
        while up is not None and up is not fn.node:
            if isinstance(up, ast.ExceptHandler):
                text = f"this error handler fails itself, for self.{name} is never set: any exception ends {fn.name}"
                findings.add("handler-fails", ERROR, cls.module.source, up, text, f"set self.{name} first, or log in another way")
                break
            up = cls.module.parent.get(up)


# -- state that all instances share


def _shared(types: Types, cls: Class, findings: Findings) -> None:
    if not _own_state(types, cls):
        return
    for name, stmts in cls.values.items():
        for stmt in stmts:
            value = stmt.value if isinstance(stmt, (ast.Assign, ast.AnnAssign)) else None
            if value is None or _set_again(cls, name):
                continue
            t = types.of(value, cls.module, cls.outer)
            if t in PRIMITIVES:
                _tell_primitive(cls, name, stmt, str(t), findings)
            elif _is_container(types, cls, value) and _mutated(cls, name):
                text = f"{name} belongs to the class, so all instances of {cls.name} change the same object"
                findings.add("shared-class-state", WARN, cls.module.source, stmt, text, f"create it in __init__: self.{name} = ...")


def _own_state(types: Types, cls: Class) -> bool:
    """Whether a value in the class body is a plain attribute of the class: no dataclass, no model, no enum."""
    if any(last_name(d) not in ("register_addon_as_extension", "final") for d in cls.node.decorator_list):
        return False
    if types.extension_kind(cls):
        return True
    return all(b in PLAIN_BASES for b in cls.foreign())


def _tell_primitive(cls: Class, name: str, stmt: ast.stmt, kind: str, findings: Findings) -> None:
    text = f"{name} is made once, in the class body: all instances of {cls.name} share one {kind}"
    if kind.startswith("asyncio."):
        text += ", and with an event loop each the second one fails to use it"
    remedy = f"create it in __init__, after super().__init__(name): self.{name} = {kind}()"
    findings.add("shared-class-state", WARN, cls.module.source, stmt, text, remedy)


def _set_again(cls: Class, name: str) -> bool:
    return any(name in _set_by_methods(c) for c in cls.family())


def _is_container(types: Types, cls: Class, value: ast.AST) -> bool:
    if isinstance(value, (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)):
        return True
    return isinstance(value, ast.Call) and types.package.resolve(value.func, cls.module, cls.outer) in CONTAINERS


def _mutated(cls: Class, name: str) -> bool:
    """Whether a method changes the object through its instance."""
    for member in cls.family():
        for fn in member.module.functions:
            if fn.cls is member and fn.self_name and any(_mutates(n, fn.self_name, name) for n in fn.own()):
                return True
    return False


def _mutates(node: ast.AST, own: str, name: str) -> bool:
    def is_it(part: ast.AST) -> bool:
        return isinstance(part, ast.Attribute) and part.attr == name and isinstance(part.value, ast.Name) and part.value.id == own

    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in MUTATORS and is_it(node.func.value)
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, (ast.Store, ast.Del)):
        return is_it(node.value)
    return isinstance(node, ast.AugAssign) and is_it(node.target)


def _loop_annotation(types: Types, cls: Class, findings: Findings) -> None:
    if not types.extension_kind(cls):
        return
    for name, stmts in cls.values.items():
        for stmt in stmts:
            if not isinstance(stmt, ast.AnnAssign) or not isinstance(stmt.value, ast.Constant) or stmt.value.value is not None:
                continue
            if types.annotation(stmt.annotation, cls.module, cls.outer) == "loop" and last_name(stmt.annotation) == "AbstractEventLoop":
                text = f"{name} is annotated as an event loop but is None at first"
                remedy = "annotate it as asyncio.AbstractEventLoop | None, or drop it and use asyncio.create_task"
                findings.add("annotation-lacks-none", INFO, cls.module.source, stmt, text, remedy)


# -- constructors


def _constructor(types: Types, cls: Class, findings: Findings) -> None:
    init = cls.methods.get("__init__")
    if init is None:
        return
    calls = [n for n in ast.walk(init.node) if isinstance(n, ast.Call) and _is_base_init(n)]
    is_async = types.extension_kind(cls) == "async" or not types.extension_kind(cls)
    base = next((n for n in types.ten_bases(cls)), "its base class")
    if not calls:
        level = ERROR if is_async else INFO
        text = f"__init__ of {cls.name} does not call super().__init__, so what {base} needs is never set up"
        argument = "" if "Tester" in base else _first_name(init)
        findings.add("super-init-missing", level, cls.module.source, init.node, text, f"begin it with super().__init__({argument})")
        return
    first = calls[0]
    direct = all(not isinstance(b, Class) for b in cls.bases) and len(cls.bases) == 1
    if direct and base in ("Extension", "AsyncExtension") and _is_super(first) and not first.args and not first.keywords:
        text = f"super().__init__() lacks the name that {base} wants: a TypeError when an instance is made"
        findings.add("super-init-missing", ERROR, cls.module.source, first, text, f"pass it on: super().__init__({_first_name(init)})")


def _first_name(init: Function) -> str:
    names = [p.arg for p in init.parameters[1:]]
    return names[0] if names else "name"


def _is_base_init(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "__init__"


def _is_super(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and last_name(call.func.value) == "super"


# -- callbacks


def _callbacks(package: Package, types: Types, cls: Class, findings: Findings) -> None:
    kind = types.extension_kind(cls)
    for name in CALLBACKS & set(cls.methods):
        fn = cls.methods[name]
        if not fn.transparent or "staticmethod" in fn.decorators or "classmethod" in fn.decorators:
            continue
        _callback_kind(cls, fn, kind, findings)
        _callback_arguments(cls, fn, findings)
        if kind == "sync" and name in LIFECYCLE and not fn.is_async:
            _stage_done(package, cls, fn, findings)


def _callback_kind(cls: Class, fn: Function, kind: str, findings: Findings) -> None:
    if kind == "async" and not fn.is_async and not _gives_value(fn):
        text = f"{fn.name} of the asynchronous extension {cls.name} is no coroutine: the runtime awaits it and fails"
        findings.add("callback-kind", ERROR, cls.module.source, fn.node, text, f"write async def {fn.name}")
    if kind == "sync" and fn.is_async:
        text = f"{fn.name} is a coroutine, but {cls.name} is a synchronous extension: nothing awaits it, so it never runs"
        remedy = "derive the class from AsyncExtension, or write def"
        findings.add("callback-kind", ERROR, cls.module.source, fn.node, text, remedy)


def _gives_value(fn: Function) -> bool:
    return fn.is_generator or any(isinstance(n, ast.Return) and n.value is not None for n in fn.own())


def _callback_arguments(cls: Class, fn: Function, findings: Findings) -> None:
    wanted = 2 if fn.name in HANDLERS else 1
    args = fn.node.args
    least = len(fn.parameters) - len(args.defaults) - 1
    most: Optional[int] = None if args.vararg else len(fn.parameters) - 1
    if least <= wanted and (most is None or most >= wanted) and not any(d is None for d in args.kw_defaults):
        return
    what = f"self, ten_env, {HANDLERS[fn.name]}" if fn.name in HANDLERS else "self, ten_env"
    what = what.replace(" audio", " audio_frame").replace(" video", " video_frame")
    text = f"{fn.name} takes other arguments than the runtime passes: a TypeError at every call"
    findings.add("callback-arguments", ERROR, cls.module.source, fn.node, text, f"write {fn.name}({what})")


def _stage_done(package: Package, cls: Class, fn: Function, findings: Findings) -> None:
    done = f"{fn.name}_done"
    for module in package.modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and node.attr == done:
                return
            if isinstance(node, ast.Call) and _is_super(node) and node.func.attr == fn.name:  # type: ignore[attr-defined]
                return
            if isinstance(node, ast.Constant) and node.value == done:
                return
    if package.unread or any(isinstance(n, ast.Raise) for n in fn.own()):
        return
    env = fn.parameters[1].arg if len(fn.parameters) > 1 else "ten_env"
    text = f"{fn.name} of the synchronous extension {cls.name} never says {done}: the stage never ends"
    findings.add("stage-never-ends", ERROR, cls.module.source, fn.node, text, f"call {env}.{done}() when it is done")
