"""What testers share."""
from __future__ import annotations

from .ten_env_base import TenEnvBase as TenEnvTesterBase

__all__ = ["TenEnvTesterBase"]
