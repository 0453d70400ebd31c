"""Which addons there are."""

from __future__ import annotations

import os
import sys
import threading
from typing import Any, Callable, TypeVar

from .addon import Addon

_A = TypeVar("_A", bound=type)


class Registered:
    """An addon that was made."""

    __slots__ = ("addon", "base_dir")

    def __init__(self, addon: Addon, base_dir: str | None) -> None:
        self.addon = addon
        self.base_dir = base_dir


class _AddonManager:
    """Handlers of the addons that were announced, and the addons that were made."""

    _registry: dict[str, Callable[[object], None]] = {}
    _registered_addons: set[str] = set()
    _made: dict[str, Registered] = {}
    _lock = threading.RLock()

    @classmethod
    def register_all_addons(cls, register_ctx: object) -> None:
        """Makes all announced addons."""
        for name in list(cls._registry):
            cls._register_addon(name, register_ctx)
        cls._registry.clear()

    @classmethod
    def _register_addon(cls, addon_name: str, register_ctx: object) -> None:
        """Makes an addon. What goes wrong is printed; the addon is then unknown."""
        with cls._lock:
            if addon_name in cls._registered_addons:
                return
            handler = cls._registry.get(addon_name)
            if handler is None:
                print(f"No register handler found for addon '{addon_name}'", file=sys.stderr)
                return
            try:
                handler(register_ctx)
            except Exception as problem:
                print(f"Failed to register addon '{addon_name}': {problem}", file=sys.stderr)
                return
            cls._registered_addons.add(addon_name)

    @classmethod
    def _set_register_handler(cls, addon_name: str, handler: Callable[[object], None]) -> None:
        """Announces an addon. An older handler of the name is replaced."""
        with cls._lock:
            cls._registry[addon_name] = handler

    @classmethod
    def _find(cls, addon_name: str) -> Registered | None:
        """The addon of a name, made now if it was only announced."""
        with cls._lock:
            if addon_name not in cls._registered_addons and addon_name in cls._registry:
                cls._register_addon(addon_name, None)
            return cls._made.get(addon_name)

    @classmethod
    def _forget(cls) -> None:
        """Drops the addons that were made, not their handlers: the last app has ended, the next one begins anew."""
        with cls._lock:
            cls._registered_addons.clear()
            cls._made.clear()


def register_addon_as_extension(name: str, base_dir: str | None = None) -> Callable[[_A], _A]:
    """Registers an Addon class. Its package is the folder of the calling file; a wrapper passes its caller's ``__file__``."""
    folder = _folder(sys._getframe(1)) if base_dir is None else os.path.dirname(base_dir)

    def decorate(cls: _A) -> _A:
        def register(_: object) -> None:
            _AddonManager._made[name] = Registered(cls(), folder)

        _AddonManager._set_register_handler(name, register)
        return cls

    return decorate


def _folder(frame: Any) -> str | None:
    file = frame.f_code.co_filename
    return os.path.dirname(os.path.abspath(file)) if os.path.isfile(file) else None
