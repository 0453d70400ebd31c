"""How the value of an expression is used, as far as the place of the expression says."""

from __future__ import annotations

import ast

from _model import ModuleInfo

# What a coroutine, a pair or a method may be asked for itself.
OWN_ATTRIBUTES = frozenset(["close", "send", "throw", "cr_frame", "cr_running", "cr_await", "cr_code", "count", "index"])


def context(node: ast.AST, module: ModuleInfo) -> str:
    """Says, as a participle, that the value itself is used: "tested", "compared"...; "" where it is stored, passed or awaited."""
    up = module.parent.get(node)
    if isinstance(up, (ast.If, ast.While, ast.IfExp)) and up.test is node:
        return "tested"
    if isinstance(up, ast.Assert) and up.test is node:
        return "tested"
    if isinstance(up, ast.BoolOp) and (node is not up.values[-1] or is_test(up, module)):
        return "tested"
    if isinstance(up, ast.UnaryOp) and isinstance(up.op, ast.Not):
        return "tested"
    if isinstance(up, ast.comprehension) and node in up.ifs:
        return "tested"
    if isinstance(up, ast.Compare):
        return _compared(up, node)
    if isinstance(up, ast.BinOp) and not isinstance(up.op, ast.Mod):
        return "" if any(isinstance(side, ast.Tuple) for side in (up.left, up.right)) else "used in a calculation"
    if isinstance(up, ast.Attribute) and up.value is node and up.attr not in OWN_ATTRIBUTES and not up.attr.startswith("__"):
        return f"asked for .{up.attr}"
    if isinstance(up, ast.Subscript) and up.value is node and isinstance(up.slice, ast.Constant) and isinstance(up.slice.value, str):
        return "subscripted"
    if isinstance(up, ast.FormattedValue):
        return "put into text"
    return ""


def is_test(node: ast.AST, module: ModuleInfo) -> bool:
    """Whether only the truth of the expression matters."""
    return context(node, module) == "tested"


def _compared(up: ast.Compare, node: ast.AST) -> str:
    sides = [up.left, *up.comparators]
    if any(isinstance(op, (ast.In, ast.NotIn)) for op in up.ops) and node is not up.left:
        return ""
    if any(isinstance(side, ast.Tuple) for side in sides if side is not node):
        return "" if not any(isinstance(op, (ast.In, ast.NotIn)) for op in up.ops) else "compared"
    return "compared"
