"""Where 0.2 to 0.4 had the decorators of addons."""
from __future__ import annotations

from .addon import register_addon_as_extension, register_addon_as_extension_group

__all__ = ["register_addon_as_extension", "register_addon_as_extension_group"]
