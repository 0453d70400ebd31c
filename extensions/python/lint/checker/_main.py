"""Reads packages of extensions without running them, and prints what it finds as JSON.

main(FOLDERS) prints {"python": "3.11.2", "findings": [{rule, level, file, line, column, text, remedy, ...}]}
"""

from __future__ import annotations

import json
import os
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
        check_package(folder, Package(sources, _name(folder), folder), findings)
    out = {"python": sys.version.split()[0], "findings": findings.as_dicts()}
    sys.stdout.buffer.write(json.dumps(out, ensure_ascii=True).encode() + b"\n")
    return 0


def _name(folder: str) -> str:
    """The name in the manifest, by which the package is imported; else that of the folder."""
    try:
        with open(os.path.join(folder, "manifest.json"), encoding="utf-8-sig") as f:
            name = json.load(f).get("name")
    except (OSError, ValueError, AttributeError):
        name = None
    return name if isinstance(name, str) else os.path.basename(os.path.abspath(folder))
