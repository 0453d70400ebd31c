"""Reads the Python files of a package. A file that cannot be parsed is mended where a colon is all it lacks."""

from __future__ import annotations

import ast
import io
import os
import sys
import tokenize
import warnings
from dataclasses import dataclass, field

from _finding import ERROR, Findings

# What is not the package's own code at run time.
SKIPPED_FOLDERS = {"tests", "test", ".ten", ".venv", "venv", "env", "node_modules", "site-packages", "__pycache__", "build", "dist"}

MAX_REPAIRS = 20
MAX_BYTES = 4 << 20


@dataclass
class Module:
    """A file of the package. Tree is None if it cannot be read; repaired is the first line that had to be mended."""

    path: str  # as it is told
    name: str  # dotted, within the package: "", "extension", "sub.helper"
    text: str = ""
    tree: ast.Module | None = None
    repaired: int | None = None
    is_init: bool = False
    lines: list[str] = field(default_factory=list)

    def column(self, line: int, offset: int) -> int:
        """The column, counted in characters from 1, of an offset in UTF-8 bytes."""
        if not 0 < line <= len(self.lines):
            return offset + 1
        return len(self.lines[line - 1].encode()[:offset].decode(errors="replace")) + 1


def read_package(folder: str, findings: Findings) -> list[Module]:
    """All modules of a package folder, or the one module of a .py file."""
    if os.path.isfile(folder):
        return [_read(folder, os.path.splitext(os.path.basename(folder))[0], findings)]
    modules = []
    for path in sorted(_python_files(folder)):
        name = os.path.splitext(os.path.relpath(path, folder))[0].replace(os.sep, ".")
        is_init = name == "__init__" or name.endswith(".__init__")
        if is_init:
            name = name[: -len("__init__")].rstrip(".")
        module = _read(path, name, findings)
        module.is_init = is_init
        modules.append(module)
    return modules


def _python_files(folder: str) -> list[str]:
    found = []
    for where, folders, files in os.walk(folder):
        folders[:] = [f for f in folders if _belongs(where, f)]
        found += [os.path.join(where, f) for f in files if f.endswith(".py") and not _is_test(f)]
    return found


def _belongs(where: str, folder: str) -> bool:
    """A folder inside with a manifest of its own is another package; one with pyvenv.cfg is an environment."""
    if folder in SKIPPED_FOLDERS or folder.startswith("."):
        return False
    path = os.path.join(where, folder)
    return not any(os.path.exists(os.path.join(path, own)) for own in ("manifest.json", "pyvenv.cfg"))


def _is_test(file: str) -> bool:
    return file.startswith("test_") or file.endswith("_test.py") or file == "conftest.py"


def _read(path: str, name: str, findings: Findings) -> Module:
    module = Module(path, name)
    try:
        with open(path, "rb") as f:
            raw = f.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise ValueError(f"the file is larger than {MAX_BYTES >> 20} MiB")
        encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
        module.text = io.TextIOWrapper(io.BytesIO(raw), encoding, newline=None).read()
    except (OSError, SyntaxError, ValueError, LookupError) as e:
        _say(findings, module, (1, 1), str(e), "save it as UTF-8 text", hides=True)
        return module
    module.lines = module.text.split("\n")
    _parse(module, findings)
    return module


def _parse(module: Module, findings: Findings) -> None:
    text = module.text
    for _ in range(MAX_REPAIRS):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                module.tree = ast.parse(text, module.path)
        except SyntaxError as e:
            mended = _with_colon(text, e)
            _tell_syntax(findings, module, e, mended is not None)
            if mended is None:
                return
            module.repaired = module.repaired or e.lineno
            text = mended
            continue
        except (ValueError, RecursionError, MemoryError) as e:
            _say(findings, module, (1, 1), str(e), "mend the file", hides=True)
            return
        break
    if module.tree is not None:
        _compile(module, findings)


def _compile(module: Module, findings: Findings) -> None:
    """What only the compiler refuses, such as await outside a coroutine. The tree serves all the same."""
    assert module.tree is not None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(module.tree, module.path, "exec", dont_inherit=True)
    except SyntaxError as e:
        _tell_syntax(findings, module, e, True)
    except (ValueError, RecursionError, MemoryError):
        return


def _with_colon(text: str, e: SyntaxError) -> str | None:
    """The text with the colon that the parser misses, or None if it misses something else."""
    if e.msg != "expected ':'" or not e.lineno or not e.offset:
        return None
    lines = text.split("\n")
    at = _code_end(lines[e.lineno - 1], e.offset - 1)
    lines[e.lineno - 1] = lines[e.lineno - 1][:at] + ":" + lines[e.lineno - 1][at:]
    mended = "\n".join(lines)
    return mended if _further(mended, e) else None


def _code_end(line: str, offset: int) -> int:
    return len(line[:offset].rstrip())


def _further(text: str, before: SyntaxError) -> bool:
    """Whether a mended text is read beyond the place where it broke."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError as e:
        return (e.lineno or 0, e.offset or 0) > (before.lineno or 0, (before.offset or 0) + 1)
    return True


def _tell_syntax(findings: Findings, module: Module, e: SyntaxError, goes_on: bool) -> None:
    remedy = "mend the line"
    if e.msg == "expected ':'":
        remedy = "add ':' at the end of the line" if goes_on else "add ':'"
    what = e.msg[:1].lower() + e.msg[1:] if e.msg[:2] != e.msg[:2].upper() else e.msg
    _say(findings, module, (e.lineno or 0, e.offset or 0), what, remedy, hides=not goes_on)


def _say(findings: Findings, module: Module, place: tuple[int, int], what: str, remedy: str, *, hides: bool) -> None:
    version = f"Python {sys.version_info[0]}.{sys.version_info[1]}"
    text = f"{version} cannot read this file, so the package cannot be imported: {what}"
    if hides:
        text += "; what else is wrong in it cannot be seen before that is mended"
    findings.add("syntax-error", ERROR, module, place, text, remedy)
