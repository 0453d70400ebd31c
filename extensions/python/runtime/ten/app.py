"""The older App."""
from __future__ import annotations

from ten_runtime import app as _new

from .ten_env import TenEnv

__all__ = ["App"]


class App(_new.App):
    """An app."""

    _env_class = TenEnv

    def run(self, run_in_background: bool = False) -> None:
        """Run the app until it is closed, or in the background."""
        super().run(run_in_background)
