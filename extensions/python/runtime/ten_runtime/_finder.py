"""Imports packages as ``ten_packages.extension.<addon>``, wherever they lie."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import sys
from types import ModuleType
from typing import Sequence

_PARENTS = ("ten_packages", "ten_packages.extension")
_folders: dict[str, str] = {}


class _Packages:
    """Finds the packages that were added. It comes first: what the engine names is what is meant."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        folder = _folders.get(name)
        if folder is None:
            return None
        init = os.path.join(folder, "__init__.py")
        if os.path.isfile(init):
            return importlib.util.spec_from_file_location(name, init, submodule_search_locations=[folder])
        return _namespace(name, [folder])


class _Parents:
    """Finds the two packages above, if nothing on sys.path has them."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        return _namespace(name, []) if name in _PARENTS else None


def _namespace(name: str, folders: list[str]) -> importlib.machinery.ModuleSpec:
    spec = importlib.machinery.ModuleSpec(name, None, is_package=True)
    spec.submodule_search_locations = folders
    return spec


def add(addon: str, folder: str) -> None:
    """Makes the package in folder importable under an addon's name."""
    if not _folders:
        sys.meta_path.insert(0, _Packages)  # type: ignore[arg-type]
        sys.meta_path.append(_Parents)  # type: ignore[arg-type]
    _folders[f"ten_packages.extension.{addon}"] = os.path.abspath(folder)
