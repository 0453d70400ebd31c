"""The older Extension."""
from __future__ import annotations

from typing import Any

from ten_runtime import extension as _new

from . import _era
from ._faces import faces
from .ten_env import TenEnv

__all__ = ["Extension"]


class Extension(_new.Extension):
    """A synchronous extension."""

    _env_class = TenEnv

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._env_class, cls._message_classes = faces(_era.of_module(cls.__module__), TenEnv)
