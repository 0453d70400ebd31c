"""Names: those that nothing defines, imports of what is not there, and definitions that another one replaces."""

from __future__ import annotations

import ast
import builtins
import difflib
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Optional

from _api import EXPORTS_NEW, EXPORTS_OLD, SUBMODULES
from _finding import ERROR, INFO, WARN, Findings
from _model import ModuleInfo, Package, last_name
from _inference import Types

# Those of the module site are not here: the checker runs without it.
BUILTINS = frozenset(dir(builtins)) | {"WindowsError", "exit", "quit", "copyright", "credits", "license", "help"}
MODULE_NAMES = frozenset(
    "__name__ __file__ __doc__ __package__ __spec__ __loader__ __path__ __builtins__ __annotations__ __dict__ __debug__".split()
)
CLASS_NAMES = frozenset(["__module__", "__qualname__", "__class__", "__annotations__"])
ASKS = frozenset("version_info version hexversion platform PY2 PY3 implementation python_implementation".split())


def check(package: Package, types: Types, findings: Findings) -> None:
    """Report on names in all modules."""
    for module in package.modules:
        _undefined(package, types, module, findings)
        _replaced(module, findings)
        _imports(package, module, findings)


# -- undefined names


@dataclass(eq=False)
class _Scope:
    kind: str  # module, class, function
    parent: Optional[_Scope] = None
    names: set[str] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)  # declared global


@dataclass
class _Use:
    name: str
    node: ast.AST
    scope: _Scope
    lazy: bool  # in an annotation that need not be evaluated
    at_import: bool


class _Reader(ast.NodeVisitor):
    """Collects the bindings of each scope, and all uses of names."""

    def __init__(self, tree: ast.Module) -> None:
        self.top = self.scope = _Scope("module")
        self.uses: list[_Use] = []
        self.lazy = False
        self.postponed = sys.version_info >= (3, 14) or _future_annotations(tree)
        self.guarded = 0
        self.visit(tree)

    def bind(self, name: str) -> None:
        (self.top if name in self.scope.foreign else self.scope).names.add(name)

    def inside(self, kind: str) -> _Scope:
        self.scope = _Scope(kind, self.scope)
        return self.scope

    def leave(self) -> None:
        assert self.scope.parent is not None
        self.scope = self.scope.parent

    def all(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            self.visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if not isinstance(node.ctx, ast.Load):
            self.bind(node.id)
        elif not self.guarded:
            self.uses.append(_Use(node.id, node, self.scope, self.lazy, _at_import(self.scope)))

    def visit_Global(self, node: ast.Global) -> None:
        self.scope.foreign.update(node.names)
        self.top.names.update(node.names)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        pass

    def visit_Import(self, node: ast.Import) -> None:
        for a in node.names:
            self.bind(a.asname or a.name.split(".")[0])

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for a in node.names:
            self.bind(a.asname or a.name)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self.bind(node.name)
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        if node.name:
            self.bind(node.name)
        self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name:
            self.bind(node.name)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest:
            self.bind(node.rest)
        self.generic_visit(node)

    def visit_Try(self, node: ast.Try) -> None:
        guards = any("NameError" in ast.dump(h.type) for h in node.handlers if h.type is not None)
        self.guarded += guards
        self.all(node.body)
        self.guarded -= guards
        self.all([*node.handlers, *node.orelse, *node.finalbody])

    visit_TryStar = visit_Try

    def visit_If(self, node: ast.If) -> None:
        """What another version or system has may be used where the test asks for it."""
        self.visit(node.test)
        asks = any(last_name(n) in ASKS for n in ast.walk(node.test) if isinstance(n, (ast.Name, ast.Attribute)))
        self.guarded += asks
        self.all([*node.body, *node.orelse])
        self.guarded -= asks

    def annotation(self, node: Optional[ast.AST]) -> None:
        if node is None:
            return
        before, self.lazy = self.lazy, self.lazy or self.postponed or self.scope.kind == "function"
        self.visit(node)
        self.lazy = before

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.annotation(node.annotation)
        if node.value is not None:
            self.visit(node.value)
        if isinstance(node.target, ast.Name):
            self.bind(node.target.id)
        else:
            self.visit(node.target)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.bind(node.name)
        self.all(node.decorator_list)
        generic = self.type_parameters(node)
        self.all([*node.bases, *node.keywords])
        self.inside("class").names.update(CLASS_NAMES)
        self.all(node.body)
        self.leave()
        if generic:
            self.leave()

    def type_parameters(self, node: ast.AST) -> bool:
        """Opens a scope for the type parameters of Python 3.12, if there are some."""
        parameters = getattr(node, "type_params", [])
        if parameters:
            self.inside("function")
            for p in parameters:
                self.bind(p.name)
                bound = getattr(p, "bound", None)
                if bound is not None:
                    self.visit(bound)
        return bool(parameters)

    def visit_TypeAlias(self, node: ast.AST) -> None:
        self.visit(node.name)  # type: ignore[attr-defined]
        generic = self.type_parameters(node)
        self.visit(node.value)  # type: ignore[attr-defined]
        if generic:
            self.leave()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.bind(node.name)
        self.function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.bind(node.name)
        self.function(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.function(node)

    def function(self, node) -> None:
        a = node.args
        arguments = [*a.posonlyargs, *a.args, *a.kwonlyargs, *([a.vararg] if a.vararg else []), *([a.kwarg] if a.kwarg else [])]
        for part in (*getattr(node, "decorator_list", []), *a.defaults, *(d for d in a.kw_defaults if d is not None)):
            self.visit(part)
        generic = self.type_parameters(node)
        lazy, self.lazy = self.lazy, self.lazy or self.postponed
        for part in (*(x.annotation for x in arguments), getattr(node, "returns", None)):
            if part is not None:
                self.visit(part)
        self.lazy = lazy
        self.inside("function").names.update(x.arg for x in arguments)
        self.scope.names.add("__class__")
        for part in node.body if isinstance(node.body, list) else [node.body]:
            self.visit(part)
        self.leave()
        if generic:
            self.leave()

    def comprehension(self, node) -> None:
        self.visit(node.generators[0].iter)
        self.inside("function")
        for i, g in enumerate(node.generators):
            self.visit(g.target)
            if i:
                self.visit(g.iter)
            for condition in g.ifs:
                self.visit(condition)
        for part in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
            self.visit(part)
        self.leave()

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = comprehension

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self.bind(node.target.id)  # also from within a comprehension, where it belongs to the function
        scope = self.scope
        while scope.parent is not None and scope.kind == "function":
            scope = scope.parent
            scope.names.add(node.target.id)


def _future_annotations(tree: ast.Module) -> bool:
    return any(
        isinstance(n, ast.ImportFrom) and n.module == "__future__" and any(a.name == "annotations" for a in n.names) for n in tree.body
    )


def _at_import(scope: _Scope) -> bool:
    s: Optional[_Scope] = scope
    while s is not None:
        if s.kind == "function":
            return False
        s = s.parent
    return True


def _defined(use: _Use) -> bool:
    scope: Optional[_Scope] = use.scope
    first = True
    while scope is not None:
        if use.name in scope.names and (scope.kind != "class" or first):
            return True
        first, scope = False, scope.parent
    return use.name in BUILTINS or use.name in MODULE_NAMES


def _undefined(package: Package, types: Types, module: ModuleInfo, findings: Findings) -> None:
    reader = _Reader(module.tree)
    if _makes_names(module) or not _stars(package, module, reader.top):
        return
    if module.source.is_init:
        reader.top.names |= _inner_modules(package, module)
    missing: dict[str, list[_Use]] = {}
    for use in reader.uses:
        if not _defined(use):
            missing.setdefault(use.name, []).append(use)
    for name, uses in missing.items():
        _tell_undefined(types, module, name, uses, sorted(reader.top.names), findings)


def _inner_modules(package: Package, module: ModuleInfo) -> set[str]:
    """The modules and folders in a package's folder: importing one, by whatever statement, gives the package that name."""
    inside = f"{module.source.name}." if module.source.name else ""
    return {m.name[len(inside) :].split(".")[0] for m in package.sources if m.name.startswith(inside)} - {""}


def _makes_names(module: ModuleInfo) -> bool:
    """Whether names may come from nowhere: exec, globals()[...], enum.global_enum and the like."""
    makers = ("exec", "globals", "vars", "locals", "global_enum", "_convert_")
    return any(
        last_name(n) in makers for n in ast.walk(module.tree) if isinstance(n, (ast.Call, ast.Name, ast.Attribute))
    )


def _stars(package: Package, module: ModuleInfo, top: _Scope) -> bool:
    """Take in what star imports bring. False if that cannot be told."""
    for star in module.stars:
        if star.split(".")[0] in ("ten_runtime", "ten") and "." not in star:
            top.names |= EXPORTS_NEW if star == "ten_runtime" else EXPORTS_OLD
            continue
        source = package.by_name.get(star[4:]) if star.startswith("pkg:") else None
        if source is None or source.stars:
            return False
        top.names |= set(source.bindings)
    return True


def _tell_undefined(
    types: Types, module: ModuleInfo, name: str, uses: list[_Use], there: list[str], findings: Findings
) -> None:
    serious = [u for u in uses if not u.lazy]
    first = min(serious or uses, key=lambda u: (u.node.lineno, u.node.col_offset))  # type: ignore[attr-defined]
    lines = sorted({u.node.lineno for u in uses} - {first.node.lineno})  # type: ignore[attr-defined]
    text = f"{name} is used but neither defined nor imported"
    if lines:
        text += f", here and in line{'s' if len(lines) > 1 else ''} {_list(lines)}"
    level = ERROR
    if not serious:
        level = INFO
        text += "; it stands in annotations alone, which fail once something evaluates them"
    elif any(u.at_import or _annotates(module, u) for u in serious):
        text += ": a NameError while the module is imported, so the addon is never registered"
    else:
        text += ": a NameError when that line runs"
    findings.add("undefined-name", level, module.source, first.node, text, _remedy(types, module, name, there))


def _annotates(module: ModuleInfo, use: _Use) -> bool:
    """Whether the name is evaluated with the definition of a function of the module or of a class in it: in its annotations."""
    return use.scope.kind != "function"


def _list(lines: list[int]) -> str:
    shown = ", ".join(map(str, lines[:3]))
    return shown + (" and more" if len(lines) > 3 else "")


def _remedy(types: Types, module: ModuleInfo, name: str, there: list[str]) -> str:
    old = types.era(module) == "old"
    if name in (EXPORTS_OLD if old else EXPORTS_NEW):
        package = "ten" if old else "ten_runtime"
        return f"import it: from {package} import {', '.join([*_imported(module, package), name])}"
    if name in getattr(sys, "stdlib_module_names", ()):
        return f"add: import {name}"
    near = difflib.get_close_matches(name, [n for n in (*there, *BUILTINS) if not n.startswith("__")], 1, 0.75)
    return f"did you mean {near[0]!r}?" if near else "define it, import it, or correct its spelling"


def _imported(module: ModuleInfo, package: str) -> list[str]:
    for node in module.tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == package and node.level == 0:
            return [a.name for a in node.names if a.asname is None and a.name != "*"]
    return []


# -- definitions that replace another


def _replaced(module: ModuleInfo, findings: Findings) -> None:
    for scope in ast.walk(module.tree):
        if isinstance(scope, (ast.Module, ast.ClassDef)):
            _replaced_in(scope, module, findings)


def _replaced_in(scope: ast.AST, module: ModuleInfo, findings: Findings) -> None:
    seen: dict[str, ast.AST] = {}
    in_class = isinstance(scope, ast.ClassDef)
    body: list[ast.stmt] = scope.body  # type: ignore[attr-defined]
    for i, node in enumerate(body):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        if node.decorator_list and not isinstance(node, ast.ClassDef):
            if {last_name(d) for d in node.decorator_list} - {"override", "final", "staticmethod", "classmethod"}:
                seen.pop(node.name, None)  # property setters, overloads, registrations
                continue
        before = seen.get(node.name)
        seen[node.name] = node
        if before is None or _used_between(node.name, body, body.index(before), i):  # type: ignore[arg-type]
            continue
        what = "class" if isinstance(node, ast.ClassDef) else "method" if in_class else "function"
        text = f"{node.name} is defined a second time, and this {what} replaces the one in line {before.lineno}"  # type: ignore[attr-defined]
        findings.add("defined-twice", WARN, module.source, node, text, f"give one {what} another name, or remove it", confidence="proven")


def _used_between(name: str, body: list[ast.stmt], start: int, end: int) -> bool:
    """Whether something between uses the first definition, so that it was not in vain."""
    for stmt in body[start + 1 : end + 1]:
        parts: list[ast.AST] = [stmt]
        if isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            parts = [*stmt.decorator_list, *getattr(stmt, "bases", [])]
        if any(isinstance(n, ast.Name) and n.id == name for p in parts for n in ast.walk(p)):
            return True
    return False


# -- imports


def _imports(package: Package, module: ModuleInfo, findings: Findings) -> None:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and not _optional(node, module):
            _import(package, module, node, findings)


def _optional(node: ast.AST, module: ModuleInfo) -> bool:
    """Whether the import stands in a try, or where only type checkers look."""
    up = module.parent.get(node)
    while up is not None:
        if isinstance(up, (ast.Try, ast.If)):
            return True
        up = module.parent.get(up)
    return False


def _import(package: Package, module: ModuleInfo, node: ast.ImportFrom, findings: Findings) -> None:
    base = package.absolute(module, node.level, node.module or "")
    if node.level == 0 and base in ("ten_runtime", "ten"):
        _exports(module, node, base, findings)
    if not base.startswith("pkg:") or not _whole(package):
        return
    source = package.by_name.get(base[4:])
    if source is None:
        if node.module and not _holds(package, base[4:]):
            where = "." * node.level + node.module
            findings.add(
                "import-missing", ERROR, module.source, node, f"the package has no module {where}", _near_module(package, base[4:])
            )
        return
    for alias in node.names:
        if alias.name != "*" and not _provides(package, source, base, alias.name):
            near = difflib.get_close_matches(alias.name, [name for name in source.bindings if name != alias.name], 1, 0.7)
            remedy = f"did you mean {near[0]!r}?" if near else f"define it in {source.source.path}, or correct the name"
            text = f"{'.' * node.level}{node.module or ''} has no {alias.name}"
            if base == "pkg:" and not near and alias.name.islower():
                text, remedy = f"the package has no module {alias.name}", f"add {alias.name}.py, or correct the name"
            findings.add("import-missing", ERROR, module.source, node, text, remedy)


def _whole(package: Package) -> bool:
    """A loose file has no package around it that could be looked into."""
    return "" in package.by_name or len(package.sources) > 1


def _holds(package: Package, path: str) -> bool:
    """A file that could not be read is there all the same, and so is a folder of modules, or one that was not looked into."""
    first = path.split(".")[0]
    if first in ("tests", "test"):
        return True
    if any(m.name == path or m.name.startswith(path + ".") for m in package.sources):
        return True
    return _on_disk(os.path.join(package.folder, *path.split(".")))


def _on_disk(path: str) -> bool:
    """Whether there is a folder of that name, or a module in another form than source, such as name.abi3.so."""
    folder, name = os.path.split(path)
    try:
        return any(entry == name or entry.startswith(name + ".") for entry in os.listdir(folder))
    except OSError:
        return False


def _provides(package: Package, source: ModuleInfo, base: str, name: str) -> bool:
    inside = f"{base[4:]}.{name}".lstrip(".")
    bound = [b for b in source.bindings.get(name, []) if b.dotted != f"pkg:{inside}"]  # not by the import itself
    if bound or name in MODULE_NAMES or _holds(package, inside):
        return True
    if "__getattr__" in source.bindings or _makes_names(source):
        return True
    if source.stars:
        return True
    return any(isinstance(n, ast.Global) and name in n.names for n in ast.walk(source.tree))


def _near_module(package: Package, path: str) -> str:
    near = difflib.get_close_matches(path, [m.name for m in package.sources if m.name], 1, 0.6)
    return f"did you mean {near[0]!r}?" if near else "add the file, or correct the name"


def _exports(module: ModuleInfo, node: ast.ImportFrom, package: str, findings: Findings) -> None:
    exports = EXPORTS_NEW if package == "ten_runtime" else EXPORTS_OLD
    for alias in node.names:
        if alias.name == "*" or alias.name in exports or alias.name in SUBMODULES:
            continue
        near = difflib.get_close_matches(alias.name, sorted(exports), 1, 0.6)
        remedy = f"did you mean {near[0]!r}?" if near else "correct the name"
        findings.add("import-missing", ERROR, module.source, node, f"{package} has no {alias.name}", remedy)


