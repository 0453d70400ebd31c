"""What the checker found, and how it is told."""

from __future__ import annotations

import ast
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _source import Module

ERROR = "error"
WARN = "warn"
INFO = "info"

PROVEN = "proven"
LIKELY = "likely"


@dataclass(frozen=True)
class Finding:
    """One thing an author should look at. Text is a sentence without its full stop, remedy says what to do."""

    rule: str
    level: str
    file: str
    line: int
    column: int
    text: str
    remedy: str
    confidence: str
    after_repair: bool
    module: str = ""  # what must be installed for it, if that is what is missing


class Findings:
    """Collects findings. A rule says a thing of a place once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, int, int, str], Finding] = {}

    def add(
        self,
        rule: str,
        level: str,
        module: Module,
        node: ast.AST | tuple[int, int] | None,
        text: str,
        remedy: str,
        *,
        confidence: str | None = None,
        module_name: str = "",
    ) -> None:
        """Note a finding at a node, a (line, column) or, with None, the file. In a file that was repaired it says so."""
        line, column = _place(node, module)
        repaired = module.repaired is not None and rule != "syntax-error"
        if repaired:
            text += f" (found after mending line {module.repaired})"
        sure = confidence or _usual(level)
        self._keep(Finding(rule, level, module.path, line, column, text, remedy, sure, repaired, module_name))

    def _keep(self, f: Finding) -> None:
        self._found.setdefault((f.rule, f.file, f.line, f.column, f.text), f)

    def as_dicts(self) -> list[dict[str, object]]:
        """The findings in the order of their places, the worst of one line first."""
        rank = {ERROR: 0, WARN: 1, INFO: 2}
        in_order = sorted(self._found.values(), key=lambda f: (f.file, f.line, rank[f.level], f.column, f.rule))
        return [asdict(f) for f in in_order]


def _usual(level: str) -> str:
    return PROVEN if level == ERROR else LIKELY


def _place(node: ast.AST | tuple[int, int] | None, module: Module) -> tuple[int, int]:
    if node is None:
        return 0, 0
    if isinstance(node, tuple):
        return node
    line = getattr(node, "lineno", 0)
    return line, module.column(line, getattr(node, "col_offset", 0))
