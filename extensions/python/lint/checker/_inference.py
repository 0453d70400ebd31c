"""What expressions are, where that can be told for certain: a name has a type only if all its bindings agree."""

from __future__ import annotations

import ast
from typing import Optional

from _api import (
    ANNOTATIONS,
    CALLBACKS,
    CLASSES,
    CONSTRUCTORS,
    COROUTINE_FUNCTIONS,
    HANDLERS,
    NEW,
    OLD,
    STANDARD,
    SUBMODULES,
    TITLES,
    Type,
)
from _model import Binding, Class, Function, ModuleInfo, Package, last_name

MAX_DEPTH = 12


def ten_name(dotted: object) -> tuple[str, str]:
    """Splits ten_runtime.Cmd and ten_runtime.cmd.Cmd into package and name; two empty strings for anything else."""
    if not isinstance(dotted, str):
        return "", ""
    parts = dotted.split(".")
    if parts[0] not in ("ten_runtime", "ten"):
        return "", ""
    if len(parts) == 3 and parts[1] in SUBMODULES:
        return parts[0], parts[2]
    return (parts[0], parts[1]) if len(parts) == 2 else ("", "")


class Types:
    """Answers what an expression is, and of which kind a class is."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self._eras = {m: _era(m) for m in package.modules}
        eras = [e for e in self._eras.values() if e]
        self._common = eras[0] if eras and len(set(eras)) == 1 else "new"
        self._busy: set[tuple[int, str]] = set()
        self._attributes: dict[tuple[Class, str], Type] = {}

    # -- classes

    def era(self, module: ModuleInfo) -> str:
        """Whether a module is written for ten_runtime (new) or for the older ten (old)."""
        return self._eras[module] or self._common

    def extension_kind(self, cls: Class) -> str:
        """async, sync or "" for what is no extension."""
        for base in cls.foreign():
            _, name = ten_name(base)
            if name == "AsyncExtension" or _is_ai_base(base):
                return "async"
            if name == "Extension":
                return "sync"
        return ""

    def ten_bases(self, cls: Class) -> list[str]:
        """The names of the base classes from ten_runtime or ten."""
        return [name for base in cls.foreign() for _, name in [ten_name(base)] if name]

    # -- expressions

    def of(self, expr: Optional[ast.AST], module: ModuleInfo, fn: Optional[Function]) -> Type:
        """The type of an expression, None if it is not known for certain."""
        if isinstance(expr, ast.Await):
            t = self.of(expr.value, module, fn)
            return t[1] if isinstance(t, tuple) and t[0] == "coro" else None
        if isinstance(expr, ast.Call):
            return self._call(expr, module, fn)
        if isinstance(expr, ast.Name):
            return self._name(expr.id, module, fn)
        if isinstance(expr, ast.Attribute):
            return self._attribute(expr, module, fn)
        if isinstance(expr, ast.Subscript):
            return self._item(expr, module, fn)
        if isinstance(expr, ast.NamedExpr):
            return self.of(expr.value, module, fn)
        if isinstance(expr, ast.Constant):
            return "none" if expr.value is None else type(expr.value).__name__
        return "str" if isinstance(expr, ast.JoinedStr) else None

    def _item(self, expr: ast.Subscript, module: ModuleInfo, fn: Optional[Function]) -> Type:
        t = self.of(expr.value, module, fn)
        index = expr.slice.value if isinstance(expr.slice, ast.Constant) else None
        return unpacked(t, index) if isinstance(index, int) else None

    def _call(self, call: ast.Call, module: ModuleInfo, fn: Optional[Function]) -> Type:
        target = self.package.resolve(call.func, module, fn)
        if isinstance(target, str):
            return self._foreign_call(target, call, module, fn)
        if isinstance(target, Class):
            return ("inst", target)
        if isinstance(target, Function):
            return self._result(target)
        if isinstance(call.func, ast.Attribute):
            return self._method_call(call.func, module, fn)
        return None

    def _foreign_call(self, dotted: str, call: ast.Call, module: ModuleInfo, fn: Optional[Function]) -> Type:
        if dotted == "asyncio.wait_for" and call.args:
            inner = self.of(call.args[0], module, fn)
            return inner if isinstance(inner, tuple) and inner[0] == "coro" else ("coro", None)
        if dotted in COROUTINE_FUNCTIONS:
            return ("coro", None)
        if dotted in CONSTRUCTORS:
            return CONSTRUCTORS[dotted]
        head, _, method = dotted.rpartition(".")
        _, name = ten_name(head)
        if method in ("create", "create_from_json") and name in CLASSES:
            return CLASSES[name]
        return None

    def _method_call(self, func: ast.Attribute, module: ModuleInfo, fn: Optional[Function]) -> Type:
        receiver = self.of(func.value, module, fn)
        if isinstance(receiver, tuple) and receiver[0] == "inst":
            method = receiver[1].method(func.attr)
            return self._result(method) if method is not None else None
        if isinstance(receiver, str):
            of = self.api(receiver, module).get(func.attr)
            return None if of == "plain" else of
        return None

    def _result(self, called: Function) -> Type:
        if not called.transparent or "abstractmethod" in called.decorators or "overload" in called.decorators:
            return None
        if called.is_generator:
            return ("agen", None) if called.is_async else None
        returns = self.annotation(getattr(called.node, "returns", None), called.module, called)
        return ("coro", returns) if called.is_async else returns

    def api(self, kind: str, module: ModuleInfo) -> dict[str, Type]:
        """The methods of a type that is not the package's own; empty if they are not known."""
        table = OLD if self.era(module) == "old" else NEW
        return table.get(kind) or STANDARD.get(kind) or {}

    # -- names

    def _name(self, name: str, module: ModuleInfo, fn: Optional[Function]) -> Type:
        while fn is not None:
            if name in fn.bindings:
                if fn.self_name == name and fn.is_method and fn.cls is not None:
                    return ("inst", fn.cls)
                return self._bound(name, fn.bindings[name], module, fn)
            fn = fn.outer
        return self._bound(name, module.bindings[name], module, None) if name in module.bindings else None

    def _bound(self, name: str, bindings: list[Binding], module: ModuleInfo, fn: Optional[Function]) -> Type:
        key = (id(fn or module), name)
        if key in self._busy or len(self._busy) > MAX_DEPTH:
            return None
        self._busy.add(key)
        try:
            return agree([self._binding(name, b, module, fn) for b in bindings])
        finally:
            self._busy.discard(key)

    def _binding(self, name: str, b: Binding, module: ModuleInfo, fn: Optional[Function]) -> Type:
        if b.kind == "annotated":
            return self._parameter(name, fn) or self.annotation(b.node, module, fn)
        if b.kind == "value":
            return unpacked(self.of(b.node, module, fn), b.index)
        if b.kind == "iterated":
            t = self.of(b.node, module, fn)
            return unpacked(t[1], b.index) if isinstance(t, tuple) and t[0] == "agen" else None
        if b.kind == "entered" and isinstance(b.node, ast.Call):
            t = self.of(b.node, module, fn)
            return t if t == "asyncio.TaskGroup" else None
        return None

    def _parameter(self, name: str, fn: Optional[Function]) -> Type:
        """What the runtime passes to a callback, whatever its annotation says."""
        if fn is None or not fn.is_method or fn.cls is None or fn.name not in CALLBACKS:
            return None
        kind = self.extension_kind(fn.cls)
        names = [p.arg for p in fn.parameters]
        if not kind or name not in names:
            return None
        return {1: f"env.{kind}", 2: HANDLERS.get(fn.name)}.get(names.index(name))

    def annotation(self, node: Optional[ast.AST], module: ModuleInfo, fn: Optional[Function]) -> Type:
        """The type that an annotation names. X | None and Optional[X] are X."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                node = ast.parse(node.value, mode="eval").body
            except SyntaxError:
                return None
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return agree([self.annotation(side, module, fn) for side in (node.left, node.right)])
        if isinstance(node, ast.Constant) and node.value is None:
            return "none"
        if isinstance(node, ast.Subscript):
            if last_name(node.value) == "Optional":
                return self.annotation(node.slice, module, fn)
            node = node.value
        target = self.package.resolve(node, module, fn) if node is not None else None
        if isinstance(target, Class):
            return ("inst", target)
        _, name = ten_name(target)
        if name:
            return CLASSES.get(name)
        if isinstance(target, str):
            return ANNOTATIONS.get(target) or {"str": "str", "int": "int", "bool": "bool", "float": "float"}.get(target)
        return None

    # -- attributes

    def _attribute(self, expr: ast.Attribute, module: ModuleInfo, fn: Optional[Function]) -> Type:
        """An attribute of an instance, or ("method", owner, name) for a method that is not called."""
        receiver = self.of(expr.value, module, fn)
        if isinstance(receiver, tuple) and receiver[0] == "inst":
            method = self.own_method(receiver[1], expr.attr)
            return ("method", receiver[1].name, expr.attr) if method else self.attribute(receiver[1], expr.attr)
        if isinstance(receiver, str) and expr.attr in self.api(receiver, module):
            return ("method", title(receiver), expr.attr)
        return None

    def own_method(self, cls: Class, name: str) -> Optional[Function]:
        """The method of that name if it is one for certain: not wrapped, and not replaced by an attribute anywhere."""
        method = cls.method(name)
        if method is None or not method.transparent:
            return None
        for member in cls.family():
            if name in attribute_stores(member) or (name in member.methods and not member.methods[name].transparent):
                return None
            if any(not isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef)) for stmt in member.values.get(name, [])):
                return None
        return method

    def attribute(self, cls: Class, name: str) -> Type:
        """The type of what all of the family assign to an attribute."""
        key = (cls, name)
        if key not in self._attributes:
            self._attributes[key] = None  # while it is being found out
            self._attributes[key] = agree(self._stores(cls, name))
        return self._attributes[key]

    def _stores(self, cls: Class, name: str) -> list[Type]:
        found: list[Type] = []
        for member in cls.family():
            if name in member.methods:
                return [None]
            for value in member.values.get(name, []):
                found.append(self._stored(value, member.module, member.outer))
            for fn, stmt, index in attribute_stores(member).get(name, []):
                found.append(unpacked(self._stored(stmt, member.module, fn), index))
        return found

    def _stored(self, stmt: ast.AST, module: ModuleInfo, fn: Optional[Function]) -> Type:
        if isinstance(stmt, ast.AnnAssign):
            return self.annotation(stmt.annotation, module, fn) or (self.of(stmt.value, module, fn) if stmt.value else None)
        if isinstance(stmt, ast.Assign):
            return self.of(stmt.value, module, fn)
        return None


def attribute_stores(cls: Class) -> dict[str, list[tuple[Function, ast.AST, Optional[int]]]]:
    """What the methods of one class store on their instance: by attribute, where, in which statement, at which place of a tuple."""
    cached = cls.__dict__.get("_stored")
    if cached is not None:
        return cached
    found: dict[str, list[tuple[Function, ast.AST, Optional[int]]]] = {}
    for fn in cls.module.functions:
        if fn.cls is not cls or fn.self_name is None:
            continue
        for node in fn.own():
            for attribute, stmt, index in _stores_in(node, fn.self_name):
                found.setdefault(attribute, []).append((fn, stmt, index))
    cls.__dict__["_stored"] = found
    return found


def _stores_in(node: ast.AST, self_name: str):
    targets: list[ast.AST] = []
    if isinstance(node, ast.Assign):
        targets = list(node.targets)
    elif isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.For, ast.AsyncFor)):
        targets = [node.target]
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        targets = [node.optional_vars]
    for target in targets:
        if isinstance(target, ast.Attribute) and _is_own(target, self_name):
            yield target.attr, node, None
        for sub in ast.walk(target):
            if isinstance(sub, (ast.Tuple, ast.List)):
                for i, element in enumerate(sub.elts):
                    part = element.value if isinstance(element, ast.Starred) else element
                    if isinstance(part, ast.Attribute) and _is_own(part, self_name):
                        yield part.attr, node, i


def _is_own(node: ast.Attribute, self_name: str) -> bool:
    return isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name) and node.value.id == self_name


def agree(types: list[Type]) -> Type:
    """The one type of them all, leaving None values aside."""
    known = [t for t in types if t != "none"]
    if not known:
        return "none" if types else None
    return known[0] if all(t == known[0] for t in known) else None


def unpacked(t: Type, index: Optional[int]) -> Type:
    """The part of a type at a place of an unpacking."""
    if index is None:
        return t
    if isinstance(t, tuple) and t[0] == "pair":
        return {0: t[1], 1: "error"}.get(index)
    return None


def title(t: Type) -> str:
    """A type as a reader knows it."""
    if isinstance(t, tuple):
        return t[1].name if t[0] == "inst" else t[0]
    return TITLES.get(str(t), str(t))


def _era(module: ModuleInfo) -> str:
    found = set()
    for fn_bindings in (module.bindings, *(f.bindings for f in module.functions)):
        for bindings in fn_bindings.values():
            found |= {b.dotted.split(".")[0] for b in bindings if b.kind == "import"}
    found |= {s.split(".")[0] for s in module.stars}
    if "ten_runtime" in found:
        return "new"
    return "old" if "ten" in found else ""


def _is_ai_base(dotted: Optional[str]) -> bool:
    last = (dotted or "").split(".")
    return last[0] == "ten_ai_base" and last[-1].startswith("Async") and last[-1].endswith("Extension")
