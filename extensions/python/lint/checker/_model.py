"""The package as a whole: its modules, classes and functions, and what their names stand for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Optional, Union

from _api import EXPORTS_NEW, EXPORTS_OLD
from _source import Module

FunctionNode = Union[ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
SCOPES = (*FUNCTIONS, ast.ClassDef)

# Decorators that leave a function as it is called. Any other may make anything of it.
TRANSPARENT = frozenset(["override", "final", "abstractmethod", "staticmethod", "classmethod", "overload", "no_type_check"])


@dataclass(frozen=True)
class Binding:
    """One way in which a name gets its value. Index is the place in an unpacked tuple."""

    kind: str  # value, iterated, entered, annotated, import, function, class, opaque
    node: Optional[ast.AST] = None
    index: Optional[int] = None
    dotted: str = ""


@dataclass(eq=False)
class Function:
    """A function, a coroutine function or a lambda."""

    node: FunctionNode
    module: ModuleInfo
    cls: Optional[Class] = None  # of a method, also for what is defined inside one
    outer: Optional[Function] = None
    is_method: bool = False
    bindings: dict[str, list[Binding]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return getattr(self.node, "name", "<lambda>")

    @property
    def is_async(self) -> bool:
        return isinstance(self.node, ast.AsyncFunctionDef)

    @property
    def is_generator(self) -> bool:
        return any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in own_nodes(self.node))

    @property
    def decorators(self) -> list[str]:
        return [last_name(d) for d in getattr(self.node, "decorator_list", [])]

    @property
    def transparent(self) -> bool:
        return all(d in TRANSPARENT for d in self.decorators)

    @property
    def parameters(self) -> list[ast.arg]:
        """The positional parameters."""
        return [*self.node.args.posonlyargs, *self.node.args.args]

    @property
    def self_name(self) -> Optional[str]:
        """What the method, or the one that this function is defined in, calls its instance."""
        if not self.is_method:
            return self.outer.self_name if self.outer else None
        if "staticmethod" in self.decorators or "classmethod" in self.decorators or not self.parameters:
            return None
        if self.name in ("__new__", "__init_subclass__", "__class_getitem__"):
            return None  # their first parameter is a class
        return self.parameters[0].arg

    def own(self) -> Iterator[ast.AST]:
        """The nodes of the body, without those of functions and classes defined in it."""
        return own_nodes(self.node)


@dataclass(eq=False)
class Class:
    """A class. A base is a class of the package, a dotted name, or None if it cannot be told."""

    node: ast.ClassDef
    module: ModuleInfo
    bases: list[Union[Class, str, None]] = field(default_factory=list)
    children: list[Class] = field(default_factory=list)
    methods: dict[str, Function] = field(default_factory=dict)
    values: dict[str, list[ast.stmt]] = field(default_factory=dict)  # assigned in the class body
    outer: Optional[Function] = None

    @property
    def name(self) -> str:
        return self.node.name

    def ancestors(self) -> list[Class]:
        """The class and its bases within the package, itself first."""
        found: list[Class] = []
        todo = [self]
        while todo:
            c = todo.pop(0)
            if c not in found:
                found.append(c)
                todo += [b for b in c.bases if isinstance(b, Class)]
        return found

    def family(self) -> list[Class]:
        """The class, all it inherits from, and all that inherit from it with what these inherit from."""
        found: list[Class] = []
        todo = [self]
        while todo:
            c = todo.pop()
            for member in c.ancestors():
                if member not in found:
                    found.append(member)
            todo += [k for k in c.children if k not in found]
        return found

    def foreign(self) -> list[Optional[str]]:
        """The bases outside the package: dotted names, None for what cannot be told."""
        return [b for c in self.ancestors() for b in c.bases if not isinstance(b, Class)]

    def method(self, name: str) -> Optional[Function]:
        """The method of that name, also an inherited one."""
        return next((c.methods[name] for c in self.ancestors() if name in c.methods), None)


@dataclass(eq=False)
class ModuleInfo:
    """A module and the names at its top level."""

    source: Module
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    classes: list[Class] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    by_node: dict[ast.AST, Union[Function, Class]] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)  # modules imported with *
    function_of: dict[ast.AST, Optional[Function]] = field(default_factory=dict)
    parent: dict[ast.AST, ast.AST] = field(default_factory=dict)

    @property
    def tree(self) -> ast.Module:
        assert self.source.tree is not None
        return self.source.tree


def own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """All nodes of a scope's body; of scopes inside it only the node itself."""
    body = scope.body if isinstance(scope.body, list) else [scope.body]  # type: ignore[attr-defined]
    todo: list[ast.AST] = list(reversed(body))
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, SCOPES):
            todo.extend(reversed(list(ast.iter_child_nodes(node))))


def last_name(node: ast.AST) -> str:
    """The last part of a dotted expression, of a call that of what is called; "" for anything else."""
    if isinstance(node, ast.Call):
        return last_name(node.func)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


class Package:
    """All modules of a package that could be read, and lookups across them."""

    def __init__(self, sources: list[Module], name: str, folder: str, runtime: tuple[int, ...] = ()) -> None:
        self.name = name  # as in ten_packages.extension.<name>
        self.folder = folder
        self.runtime = runtime  # the version that the manifest asks for, () if it does not say
        self.sources = sources
        self.unread = [m for m in sources if m.tree is None]
        self.modules = [ModuleInfo(m) for m in sources if m.tree is not None]
        self.by_name = {m.source.name: m for m in self.modules}
        for m in self.modules:
            _Builder(self, m).build()
        for c in self.classes():
            self._bases(c)

    def classes(self) -> Iterator[Class]:
        for m in self.modules:
            yield from m.classes

    def functions(self) -> Iterator[Function]:
        for m in self.modules:
            yield from m.functions

    def _bases(self, c: Class) -> None:
        for expr in c.node.bases:
            base = self.resolve(expr, c.module, c.outer)
            if isinstance(expr, ast.Subscript):  # Generic[T]
                base = self.resolve(expr.value, c.module, c.outer)
            if isinstance(base, Class) and base is not c:
                base.children.append(c)
            c.bases.append(base if isinstance(base, (Class, str)) and base is not c else None)

    def resolve(self, expr: ast.AST, module: ModuleInfo, fn: Optional[Function]) -> Union[Class, Function, str, None]:
        """What a name or a dotted expression stands for: a class or function of the package, or a dotted name from elsewhere."""
        if isinstance(expr, ast.Name):
            return self._name(expr.id, module, fn)
        if isinstance(expr, ast.Attribute):
            base = self.resolve(expr.value, module, fn)
            if isinstance(base, str):
                return self.dotted(f"{base}.{expr.attr}")
            if isinstance(base, Class):
                return base.method(expr.attr)
        return None

    def _name(self, name: str, module: ModuleInfo, fn: Optional[Function]) -> Union[Class, Function, str, None]:
        while fn is not None:
            if name in fn.bindings:
                return self._bound(fn.bindings[name], module)
            fn = fn.outer
        if name in module.bindings:
            return self._bound(module.bindings[name], module)
        if name in EXPORTS_NEW or name in EXPORTS_OLD:
            return f"ten_runtime.{name}"  # its import was forgotten; what it stands for is clear all the same
        return name if name in _BUILTINS else None

    def _bound(self, bindings: list[Binding], module: ModuleInfo) -> Union[Class, Function, str, None]:
        found: set[Union[Class, Function, str, None]] = set()
        for b in bindings:
            if b.kind == "import":
                found.add(self.dotted(b.dotted))
            elif b.kind in ("function", "class") and b.node is not None:
                found.add(module.by_node.get(b.node))  # type: ignore[arg-type]
            else:
                found.add(None)
        return found.pop() if len(found) == 1 else None

    def dotted(self, name: str, seen: tuple[str, ...] = ()) -> Union[Class, Function, str, None]:
        """A dotted name; what begins with pkg: is looked up in the package."""
        if not name.startswith("pkg:") or name in seen:
            return name
        path = name[4:]
        if path in self.by_name:
            return name
        home, _, last = path.rpartition(".")
        module = self.by_name.get(home)
        if module is None or last not in module.bindings:
            return None
        if all(b.kind == "import" for b in module.bindings[last]):
            targets = {b.dotted for b in module.bindings[last]}
            return self.dotted(targets.pop(), (*seen, name)) if len(targets) == 1 else None
        return self._bound(module.bindings[last], module)

    def absolute(self, module: ModuleInfo, level: int, name: str) -> str:
        """The dotted name of what an import statement names; pkg:... within the package."""
        if level == 0:
            own = f"ten_packages.extension.{self.name}"
            if name == own or name.startswith(own + "."):
                return "pkg:" + name[len(own) + 1 :]
            return name
        parts = module.source.name.split(".") if module.source.name else []
        if module.source.is_init:
            level -= 1
        if level > len(parts):
            return ""  # beyond the package
        base = parts[: len(parts) - level]
        return "pkg:" + ".".join([*base, name] if name else base)


_BUILTINS = frozenset(["object", "Exception", "BaseException", "open", "input", "print", "int", "float", "str", "bool", "len", "list",
                       "dict", "set", "bytes", "tuple", "ValueError", "RuntimeError", "isinstance", "sorted", "super", "type"])


class _Builder:
    """Fills in one module."""

    def __init__(self, package: Package, module: ModuleInfo) -> None:
        self.package = package
        self.module = module

    def build(self) -> None:
        tree = self.module.tree
        for node in ast.walk(tree):
            for child in ast.iter_child_nodes(node):
                self.module.parent[child] = node
        self._scope(tree, self.module.bindings, None, None)

    def _scope(self, scope: ast.AST, bindings: dict[str, list[Binding]], fn: Optional[Function], cls: Optional[Class]) -> None:
        """Collect what is bound in a scope, then go into those inside it."""
        inner = []
        for node in own_nodes(scope):
            self.module.function_of[node] = fn
            self._bind(node, bindings)
            if isinstance(node, SCOPES):
                inner.append(node)
                self._outside(node, fn)
        for node in inner:
            if isinstance(node, ast.ClassDef):
                self._class(node, fn)
            else:
                self._function(node, fn, cls, method=isinstance(scope, ast.ClassDef))

    def _outside(self, node: ast.AST, fn: Optional[Function]) -> None:
        """Decorators, defaults, bases and annotations belong to the scope around."""
        outside: list[ast.AST] = list(getattr(node, "decorator_list", []))
        if isinstance(node, ast.ClassDef):
            outside += [*node.bases, *node.keywords]
        elif isinstance(node, FUNCTIONS):
            args = node.args
            outside += [d for d in (*args.defaults, *args.kw_defaults) if d is not None]
        for part in outside:
            for sub in ast.walk(part):
                self.module.function_of.setdefault(sub, fn)

    def _class(self, node: ast.ClassDef, fn: Optional[Function]) -> None:
        cls = Class(node, self.module, outer=fn)
        self.module.classes.append(cls)
        self.module.by_node[node] = cls
        for stmt in own_nodes(node):
            for name in _assigned(stmt):
                cls.values.setdefault(name, []).append(stmt)  # type: ignore[arg-type]
        self._scope(node, {}, fn, cls)

    def _function(self, node: FunctionNode, outer: Optional[Function], cls: Optional[Class], *, method: bool) -> None:
        named = not isinstance(node, ast.Lambda)
        fn = Function(node, self.module, cls, outer, is_method=method and named)
        self.module.functions.append(fn)
        self.module.by_node[node] = fn
        if fn.is_method and cls is not None:
            cls.methods[fn.name] = fn
        for arg in _all_arguments(node):
            fn.bindings[arg.arg] = [Binding("annotated", arg.annotation)]
        outer_names = {n for s in own_nodes(node) if isinstance(s, (ast.Global, ast.Nonlocal)) for n in s.names}
        found: dict[str, list[Binding]] = {}
        self._scope(node, found, fn, cls)
        for name, how in found.items():
            if name not in outer_names:
                fn.bindings.setdefault(name, []).extend(how)

    def _bind(self, node: ast.AST, bindings: dict[str, list[Binding]]) -> None:
        def add(name: str, binding: Binding) -> None:
            bindings.setdefault(name, []).append(binding)

        if isinstance(node, (ast.Import, ast.ImportFrom)):
            self._import(node, add)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            add(node.name, Binding("function", node))
        elif isinstance(node, ast.ClassDef):
            add(node.name, Binding("class", node))
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                _target(target, "value", node.value, add)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            add(node.target.id, Binding("annotated", node.annotation))
        elif isinstance(node, ast.NamedExpr):
            _target(node.target, "value", node.value, add)
        elif isinstance(node, ast.AugAssign):
            _target(node.target, "opaque", None, add)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            _target(node.target, "iterated", node.iter, add)
        elif isinstance(node, ast.comprehension):
            _target(node.target, "opaque", None, add)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            _target(node.optional_vars, "entered", node.context_expr, add)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            add(node.name, Binding("opaque"))
        elif isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
            add(node.name, Binding("opaque"))
        elif isinstance(node, ast.MatchMapping) and node.rest:
            add(node.rest, Binding("opaque"))

    def _import(self, node: Union[ast.Import, ast.ImportFrom], add) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                dotted = alias.name if alias.asname else alias.name.split(".")[0]
                add(alias.asname or dotted, Binding("import", node, dotted=self.package.absolute(self.module, 0, dotted)))
            return
        base = self.package.absolute(self.module, node.level, node.module or "")
        for alias in node.names:
            if alias.name == "*":
                self.module.stars.append(base)
                continue
            dotted = f"{base}{alias.name}" if base == "pkg:" else f"{base}.{alias.name}"
            add(alias.asname or alias.name, Binding("import", node, dotted=dotted))


def _target(target: ast.AST, kind: str, value: Optional[ast.AST], add) -> None:
    if isinstance(target, ast.Name):
        add(target.id, Binding(kind, value))
    elif isinstance(target, ast.Starred):
        _target(target.value, "opaque", None, add)
    elif isinstance(target, (ast.Tuple, ast.List)):
        for i, part in enumerate(target.elts):
            if isinstance(part, ast.Name):
                add(part.id, Binding(kind, value, index=i))
            else:
                _target(part, "opaque", None, add)


def _assigned(stmt: ast.AST) -> list[str]:
    names: list[str] = []
    if isinstance(stmt, ast.Assign):
        for target in stmt.targets:
            names += [n.id for n in ast.walk(target) if isinstance(n, ast.Name)]
    elif isinstance(stmt, (ast.AnnAssign, ast.AugAssign)) and isinstance(stmt.target, ast.Name):
        names.append(stmt.target.id)
    elif isinstance(stmt, (ast.Import, ast.ImportFrom)):
        names += [(a.asname or a.name.split(".")[0]) for a in stmt.names]
    elif isinstance(stmt, (ast.For, ast.AsyncFor)):
        names += [n.id for n in ast.walk(stmt.target) if isinstance(n, ast.Name)]
    elif isinstance(stmt, ast.withitem) and stmt.optional_vars is not None:
        names += [n.id for n in ast.walk(stmt.optional_vars) if isinstance(n, ast.Name)]
    elif isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        names.append(stmt.name)
    return names


def _all_arguments(node: FunctionNode) -> list[ast.arg]:
    a = node.args
    return [*a.posonlyargs, *a.args, *a.kwonlyargs, *([a.vararg] if a.vararg else []), *([a.kwarg] if a.kwarg else [])]
