"""The ways out of on_cmd: whether each of them returns a result, or hands the command to what may.

Only ways on which nothing was done with the command are followed. A way ends well as soon as the command, or a result that was made
for it, is given to anything: a helper, a queue, a task, a closure. So what is said is said of ways on which nobody can answer any more.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Optional

from _commands import ANSWERS, LOGS
from _finding import WARN, Findings
from _inference import Types
from _model import FUNCTIONS, Function, ModuleInfo, Package, last_name

MAX_WAYS = 300  # a handler with more is left alone

# What a command is asked for, which gives it to nobody, and what may be done to a result.
ASKED = ("get_", "is_", "to_json", "set_")
LOOKS = (*LOGS, "str", "repr", "type", "isinstance", "len", "bool", "id")
# Calls that fail for no reason that a handler would catch.
HARMLESS = (*LOOKS, *ANSWERS, "create", "send_cmd", "send_data", "send_audio_frame", "send_video_frame")
ENDS = ("sys.exit", "os._exit", "exit", "quit")
# What is not an error of the handler's own work.
CANCELLED = frozenset(["CancelledError", "KeyboardInterrupt", "SystemExit", "GeneratorExit"])


def check(package: Package, types: Types, findings: Findings) -> None:
    """Report on the handlers of all extensions."""
    for cls in package.classes():
        fn = cls.methods.get("on_cmd")
        if fn is not None and types.extension_kind(cls) and len(fn.parameters) > 2 and fn.transparent and not fn.is_generator:
            _handler(_Ways(types, fn), fn, findings)


def _handler(ways: _Ways, fn: Function, findings: Findings) -> None:
    if not any(ways.settles(stmt) for stmt in fn.node.body):  # type: ignore[union-attr]
        _nothing(ways, fn, findings)
        return
    for place, text, remedy in ways.out():
        findings.add("exit-unanswered", WARN, fn.module.source, place, f"{text}: who sent the command waits for its timeout", remedy)


def _nothing(ways: _Ways, fn: Function, findings: Findings) -> None:
    """A handler that has the command and does nothing with it but look."""
    if not any(isinstance(n, ast.Raise) for n in fn.own()):
        text = "on_cmd never answers: who sent the command waits for its timeout"
        remedy = f"return CmdResult.create(StatusCode.OK, {ways.cmd}) with return_result"
        findings.add("cmd-unanswered", WARN, fn.module.source, fn.node, text, remedy)


@dataclass(frozen=True)
class _Way:
    """One way to a place, on which nobody was given the command. Last is where it parted from those that answered."""

    facts: dict[str, bool] = field(default_factory=dict)  # what is known of tests, by their text
    last: Optional[tuple[ast.AST, bool]] = None  # of an if, whether it is its else

    def knowing(self, facts: dict[str, bool]) -> _Way:
        return replace(self, facts={**self.facts, **facts})

    def forgetting(self, names: set[str]) -> _Way:
        """After names were given other values."""
        return replace(self, facts={k: v for k, v in self.facts.items() if not names & _words(k)}) if names else self


class _TooMany(Exception):
    pass


class _Ways:
    """Follows the ways through one handler."""

    def __init__(self, types: Types, fn: Function) -> None:
        self.types = types
        self.fn = fn
        self.cmd = fn.parameters[2].arg
        self.results = {n for n, how in fn.bindings.items() if how and all(self._makes_result(b.node) for b in how)}
        self.exits: list[ast.AST] = []
        self.raised: list[list[_Way]] = [[]]  # the ways on which something may fail, for each try around

    def _makes_result(self, node: Optional[ast.AST]) -> bool:
        return isinstance(node, ast.Call) and last_name(node) == "create" and any(_is(a, self.cmd) for a in node.args)

    def out(self) -> Iterator[tuple[ast.AST, str, str]]:
        """Each way out without a result: its place, a sentence, a remedy."""
        try:
            fall = self.body(self.fn.node.body, [_Way()])  # type: ignore[arg-type]
        except _TooMany:
            return
        error = f"return CmdResult.create(StatusCode.ERROR, {self.cmd})"
        for node in self.exits:
            yield node, "on_cmd returns here without a result", f"{error} before it"
        for way in fall:
            if way.last is None:
                yield self.fn.node, "on_cmd can end without a result", f"{error} on every way that gives none"
                continue
            node, is_else = way.last
            if isinstance(node, ast.ExceptHandler):
                yield node, "what is caught here leaves on_cmd without a result", f"{error} in it"
            elif isinstance(node, (ast.match_case, ast.Match)) or is_else:
                yield node, "where none of the tests that begin here holds, on_cmd ends without a result", f"add an else, and {error} in it"
            else:
                yield node, "this branch leaves on_cmd without a result", f"{error} in it"

    # -- statements

    def body(self, stmts: list[ast.stmt], ways: list[_Way]) -> list[_Way]:
        """The ways that come out at the end of some statements."""
        for stmt in stmts:
            if not ways:
                return []
            if len(ways) > MAX_WAYS:
                raise _TooMany
            ways = self.statement(stmt, ways)
        return ways

    def statement(self, stmt: ast.stmt, ways: list[_Way]) -> list[_Way]:
        if isinstance(stmt, ast.If):
            return self.branches(stmt, ways)
        if isinstance(stmt, ast.Match):
            return self.cases(stmt, ways)
        if isinstance(stmt, ast.Try) or type(stmt).__name__ == "TryStar":
            return self.guarded(stmt, ways)  # type: ignore[arg-type]
        if isinstance(stmt, (ast.With, ast.AsyncWith)):
            ways = self.evaluated([i.context_expr for i in stmt.items], ways)
            return self.body(stmt.body, [w.forgetting(_stored(stmt.items)) for w in ways])
        if isinstance(stmt, (ast.For, ast.AsyncFor, ast.While)):
            return self.loop(stmt, ways)
        return self.simple(stmt, ways)

    def simple(self, stmt: ast.stmt, ways: list[_Way]) -> list[_Way]:
        ways = self.evaluated([stmt], ways)
        if isinstance(stmt, ast.Return):
            if ways:
                self.exits.append(stmt)
            return []
        if isinstance(stmt, ast.Raise):
            self.raised[-1] += ways
            return []
        if isinstance(stmt, (ast.Break, ast.Continue)):
            return []  # the loop looks after what follows
        if isinstance(stmt, ast.Expr) and isinstance(stmt.value, ast.Call) and self._ends(stmt.value):
            return []
        known = self.known_after(stmt)
        return [w.forgetting(_stored([stmt])).knowing(known) for w in ways]

    def evaluated(self, nodes: list, ways: list[_Way]) -> list[_Way]:
        """The ways after some expressions: none, if they give the command to anybody."""
        if any(self.settles(n) for n in nodes):
            return []
        if any(self.may_fail(n) for n in nodes):
            self.raised[-1] += ways
        return ways

    def branches(self, stmt: ast.If, ways: list[_Way]) -> list[_Way]:
        ways = self.evaluated([stmt.test], ways)
        yes = [w.knowing(_facts(stmt.test, True)) for w in ways if _truth(stmt.test, w.facts) is not False]
        no = [w.knowing(_facts(stmt.test, False)) for w in ways if _truth(stmt.test, w.facts) is not True]
        after_yes, after_no = self.body(stmt.body, yes), self.body(stmt.orelse, no)
        if no and not after_no:
            after_yes = _parted(after_yes, yes, (stmt, False))
        if yes and not after_yes:
            after_no = _parted(after_no, no, (stmt.orelse[0], False) if stmt.orelse else (self._first_test(stmt), True))
        return _distinct(after_yes + after_no)

    def _first_test(self, stmt: ast.If) -> ast.AST:
        """The if that an elif belongs to."""
        up = self.fn.module.parent.get(stmt)
        while isinstance(up, ast.If) and up.orelse == [stmt]:
            stmt, up = up, self.fn.module.parent.get(up)
        return stmt

    def cases(self, stmt: ast.Match, ways: list[_Way]) -> list[_Way]:
        ways = self.evaluated([stmt.subject], ways)
        after: list[_Way] = []
        for case in stmt.cases:
            within = [w.forgetting(_stored([case.pattern])) for w in ways]
            after += _parted(self.body(case.body, within), within, (case.body[0], False))
            if isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None and case.guard is None:
                return _distinct(after)
        return _distinct(after + _parted(ways, ways, (stmt, True)))

    def guarded(self, stmt: ast.Try, ways: list[_Way]) -> list[_Way]:
        before = len(self.exits)
        self.raised.append([])
        after = self.body(stmt.body, ways)
        failed = self.raised.pop()
        caught: list[_Way] = []
        for handler in stmt.handlers:
            if failed and not _is_cancellation(handler.type):
                within = _distinct([replace(w, facts={}) for w in failed])
                caught += _parted(self.body(handler.body, within), within, (handler, False))
        if not any(_catches_all(h.type) for h in stmt.handlers):
            self.raised[-1] += failed
        after = self.body(stmt.orelse, after) + caught
        if any(self.settles(s) for s in stmt.finalbody):
            del self.exits[before:]
            return []
        return self.body(stmt.finalbody, _distinct(after))

    def loop(self, stmt: ast.For | ast.AsyncFor | ast.While, ways: list[_Way]) -> list[_Way]:
        """A loop that answers is taken to do so, however often it goes round."""
        if self.settles(stmt):
            return []
        ways = [w.forgetting(_stored([stmt])) for w in ways]
        ways = self.evaluated([stmt.test if isinstance(stmt, ast.While) else stmt.iter], ways)
        self.body(stmt.body, ways)
        for_ever = isinstance(stmt, ast.While) and isinstance(stmt.test, ast.Constant) and bool(stmt.test.value)
        if for_ever and not any(isinstance(n, ast.Break) for n in ast.walk(stmt)):
            return []
        return self.body(stmt.orelse, ways)

    # -- expressions

    def settles(self, node: ast.AST) -> bool:
        """Whether a statement or an expression returns a result, or gives the command or a result away."""
        for n in ast.walk(node):
            if isinstance(n, (ast.Attribute, ast.Name)) and last_name(n) in ANSWERS:
                return True
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load) and (n.id == self.cmd or n.id in self.results):
                if not self._only_asked(n):
                    return True
            if isinstance(n, ast.Call) and last_name(n) in ("locals", "vars"):
                return True
        return False

    def _only_asked(self, name: ast.Name) -> bool:
        up = self.fn.module.parent.get(name)
        if self._within_function(name):
            return False
        if isinstance(up, ast.Attribute):
            called = self.fn.module.parent.get(up)
            return up.attr.startswith(ASKED) and isinstance(called, ast.Call) and called.func is up
        if isinstance(up, ast.Call):
            if last_name(up) == "create":
                return not self._kept_elsewhere(up)
            return last_name(up) in LOOKS
        return isinstance(up, (ast.FormattedValue, ast.Compare, ast.If, ast.UnaryOp))

    def _kept_elsewhere(self, create: ast.Call) -> bool:
        """Whether what was made of the command is anything but the value of a local name."""
        up = self.fn.module.parent.get(create)
        targets = up.targets if isinstance(up, ast.Assign) else [up.target] if isinstance(up, ast.AnnAssign) else []
        return not all(isinstance(t, ast.Name) and t.id in self.results for t in targets) or not targets

    def _within_function(self, node: ast.AST) -> bool:
        """Whether it stands in a function or lambda of the handler's own, which may be called at any time."""
        up = self.fn.module.parent.get(node)
        while up is not None and up is not self.fn.node:
            if isinstance(up, FUNCTIONS):
                return True
            up = self.fn.module.parent.get(up)
        return False

    def may_fail(self, node: ast.AST) -> bool:
        """Whether it does what may raise for reasons of its own."""
        return any(isinstance(n, ast.Call) and not self._harmless(n) for n in ast.walk(node))

    def _harmless(self, call: ast.Call) -> bool:
        name = last_name(call)
        if name in HARMLESS or name.startswith("set_property"):
            return True
        of_message = isinstance(call.func, ast.Attribute) and _is(call.func.value, self.cmd)
        return of_message and name.startswith("get_") and (self.types.era(self.fn.module) == "new" or name == "get_name")

    def _ends(self, call: ast.Call) -> bool:
        return self.types.package.resolve(call.func, self.fn.module, self.fn) in ENDS

    def known_after(self, stmt: ast.stmt) -> dict[str, bool]:
        """What a simple assignment says of later tests."""
        if isinstance(stmt, ast.Assign) and len(stmt.targets) == 1:
            target, value = stmt.targets[0], stmt.value
        elif isinstance(stmt, ast.AnnAssign) and stmt.value is not None:
            target, value = stmt.target, stmt.value
        else:
            return {}
        if not isinstance(target, ast.Name):
            return {}
        if isinstance(value, ast.Constant):
            return {target.id: bool(value.value), f"{target.id} is None": value.value is None}
        return {target.id: True, f"{target.id} is None": False} if self._makes_result(value) else {}


# -- what tests say


def _truth(test: ast.expr, facts: dict[str, bool]) -> Optional[bool]:
    """Whether a test holds, None if that is not known."""
    if isinstance(test, ast.Constant):
        return bool(test.value)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _truth(test.operand, facts)
        return None if inner is None else not inner
    if isinstance(test, ast.BoolOp):
        decides = isinstance(test.op, ast.Or)
        parts = [_truth(v, facts) for v in test.values]
        if decides in parts:
            return decides
        return None if None in parts else not decides
    key, says = _key(test)
    known = facts.get(key)
    if known is None and key.endswith(" is None") and facts.get(key.removesuffix(" is None")):
        known = False
    if known is None and facts.get(f"{key} is None"):
        known = False
    return None if known is None else known == says


def _facts(test: ast.expr, holds: bool) -> dict[str, bool]:
    """What follows from a test that holds or does not."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _facts(test.operand, not holds)
    if isinstance(test, ast.BoolOp):
        if isinstance(test.op, ast.And) != holds:
            return {}
        return {k: v for part in test.values for k, v in _facts(part, holds).items()}
    key, says = _key(test)
    return {key: holds == says}


def _key(test: ast.expr) -> tuple[str, bool]:
    """A test as text, without its negation; and whether it was without."""
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        plain = {ast.NotEq: ast.Eq, ast.IsNot: ast.Is, ast.NotIn: ast.In}.get(type(test.ops[0]))
        if plain is not None:
            return ast.unparse(ast.Compare(test.left, [plain()], test.comparators)), False
    return ast.unparse(test), True


# -- small things


def _is(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _words(text: str) -> set[str]:
    return {n.id for n in ast.walk(ast.parse(text, mode="eval")) if isinstance(n, ast.Name)}


def _stored(nodes: list) -> set[str]:
    """The names that get a value."""
    found: set[str] = set()
    for n in (sub for node in nodes for sub in ast.walk(node)):
        if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load):
            found.add(n.id)
        elif isinstance(n, (ast.MatchAs, ast.MatchStar)) and n.name:
            found.add(n.name)
    return found


def _parted(after: list[_Way], before: list[_Way], last: tuple[ast.AST, bool]) -> list[_Way]:
    """Notes where ways parted from others, if they did not part from some later on."""
    old = {w.last for w in before}
    return [replace(w, last=last) if w.last in old else w for w in after]


def _distinct(ways: list[_Way]) -> list[_Way]:
    kept: dict[tuple, _Way] = {}
    for w in ways:
        kept.setdefault((w.last, tuple(sorted(w.facts.items()))), w)
    return list(kept.values())


def _names_in(type_: Optional[ast.AST]) -> set[str]:
    if isinstance(type_, ast.Tuple):
        return {last_name(t) for t in type_.elts}
    return {last_name(type_)} if type_ is not None else {"BaseException"}


def _is_cancellation(type_: Optional[ast.AST]) -> bool:
    return _names_in(type_) <= CANCELLED


def _catches_all(type_: Optional[ast.AST]) -> bool:
    return bool(_names_in(type_) & {"Exception", "BaseException"})
