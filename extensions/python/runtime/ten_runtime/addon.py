"""Addons make extension instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .ten_env import TenEnv

if TYPE_CHECKING:
    from .msg import Msg


class Addon:
    """What ``register_addon_as_extension`` registers. It is made once, without arguments, when its first instance is needed."""

    _env_class: type[TenEnv] = TenEnv
    _message_classes: dict[str, type[Msg]] = {}

    def on_create_instance(self, ten_env: TenEnv, name: str, context: object) -> None:
        """Makes the instance of a node, and gives it to ``ten_env.on_create_instance_done(instance, context)``, then or later."""
        raise NotImplementedError(f"{type(self).__name__}.on_create_instance")
