"""All rules, in one call."""

from __future__ import annotations

import _classes
import _commands
import _coroutines
import _declared
import _installed
import _messages
import _names
import _package
import _traps
import _ways
from _finding import Findings
from _model import Package
from _inference import Types


def check_package(folder: str, package: Package, findings: Findings) -> None:
    """Run every rule over a package."""
    types = Types(package)
    for rules in (_names, _classes, _coroutines, _messages, _commands, _ways, _declared, _traps):
        rules.check(package, types, findings)
    _package.check(folder, package, types, findings)
    _installed.check(package, findings)
