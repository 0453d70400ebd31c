"""Addons make extension instances."""

from __future__ import annotations

from .ten_env import TenEnv


class Addon:
    """What ``register_addon_as_extension`` registers. It is made once, without arguments, when its first instance is needed."""

    _env_class: type[TenEnv] = TenEnv

    def on_create_instance(self, ten_env: TenEnv, name: str, context: object) -> None:
        """Makes the instance of a node, and gives it to ``ten_env.on_create_instance_done(instance, context)``, then or later."""
        raise NotImplementedError(f"{type(self).__name__}.on_create_instance")
