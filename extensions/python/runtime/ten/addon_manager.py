"""The older addon manager."""
from __future__ import annotations

from ten_runtime import addon_manager as _new

from .addon import register_addon_as_extension

__all__ = ["_AddonManager", "register_addon_as_extension"]


class _AddonManager(_new._AddonManager):
    """What ten_runtime's is, under the names of 0.5 to 0.8 too."""

    @classmethod
    def load_all_addons(cls) -> None:
        """There is nothing to load ahead: an addon is imported when its first instance is needed."""

    @classmethod
    def register_addon(cls, addon_name: str, register_ctx: object) -> None:
        """Make an addon."""
        cls._register_addon(addon_name, register_ctx)
