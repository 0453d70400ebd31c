"""Reads packages of extensions without running them, and prints what it finds as JSON.

main(FOLDERS) prints {"python": "3.11.2", "findings": [{rule, level, file, line, column, text, remedy, ...}]}
"""

from __future__ import annotations

import json
import os
import re
import sys

from _finding import Findings
from _model import Package
from _rules import check_package
from _source import read_package


def main(folders: list[str]) -> int:
    sys.setrecursionlimit(5000)
    findings = Findings()
    for folder in folders:
        sources = read_package(folder, findings)
        name, runtime = _manifest(folder)
        check_package(folder, Package(sources, name, folder, runtime), findings)
    out = {"python": sys.version.split()[0], "findings": findings.as_dicts()}
    sys.stdout.buffer.write(json.dumps(out, ensure_ascii=True).encode() + b"\n")
    return 0


def _manifest(folder: str) -> tuple[str, tuple[int, ...]]:
    """The name in the manifest, by which the package is imported, else that of the folder; and the version of the runtime that it asks
    for, () if it does not say."""
    manifest: object = None
    try:
        with open(os.path.join(folder, "manifest.json"), encoding="utf-8-sig") as f:
            manifest = json.load(f)
    except (OSError, ValueError):
        pass
    said = manifest if isinstance(manifest, dict) else {}
    name, runtime = said.get("name"), ()
    for dependency in said.get("dependencies") if isinstance(said.get("dependencies"), list) else []:
        if isinstance(dependency, dict) and dependency.get("name") == "ten_runtime_python":
            runtime = tuple(int(part) for part in re.findall(r"\d+", str(dependency.get("version")))[:2])
    return name if isinstance(name, str) else os.path.basename(os.path.abspath(folder)), runtime
