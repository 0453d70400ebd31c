"""The older addon manager."""
from __future__ import annotations

from ten_runtime.addon_manager import _AddonManager

from .addon import register_addon_as_extension

__all__ = ["_AddonManager", "register_addon_as_extension"]
