"""The older Addon and its registration."""
from __future__ import annotations

import sys
from typing import Any, Callable

from ten_runtime import addon as _new
from ten_runtime import addon_manager as _manager

from .ten_env import TenEnv

__all__ = ["Addon", "register_addon_as_extension", "register_addon_as_extension_group", "unregister_all_addons_and_cleanup"]


class Addon(_new.Addon):
    """Makes instances of an extension. Until 0.9 an addon had a lifecycle of its own: on_init runs before the first instance."""

    _env_class = TenEnv
    _begun = False

    def on_init(self, ten_env: TenEnv) -> None:
        """Called before the first instance is made."""
        ten_env.on_init_done()

    def on_deinit(self, ten_env: TenEnv) -> None:
        """Kept for packages that override it; instances outlive nothing here."""
        ten_env.on_deinit_done()

    def _prepare(self, ten_env: TenEnv) -> None:
        if not self._begun:
            self._begun = True
            self.on_init(ten_env)


def register_addon_as_extension(name: str, base_dir: str | None = None) -> Callable[[type], type]:
    """Register an addon class under a name. The package's folder is that of the calling file, unless base_dir names a file in it."""
    if base_dir is None:
        base_dir = sys._getframe(1).f_code.co_filename
    register = _manager.register_addon_as_extension(name, base_dir)

    def decorate(cls: type) -> type:
        create = cls.on_create_instance

        def on_create_instance(self: Any, ten_env: Any, instance_name: str, context: Any) -> None:
            if isinstance(self, Addon):
                self._prepare(ten_env)
            create(self, ten_env, instance_name, context)

        cls.on_create_instance = on_create_instance
        return register(cls)

    return decorate


def register_addon_as_extension_group(_name: str, _base_dir: str | None = None) -> Callable[[type], type]:
    """Extension groups have needed no addon since 0.5: the class is returned as it is."""
    return lambda cls: cls


def unregister_all_addons_and_cleanup() -> None:
    """There is nothing to clean up: addons live as long as the process."""
