"""What an environment is attached to."""
from __future__ import annotations

from ten_runtime.ten_env_attach_to_enum import _TenEnvAttachTo

__all__ = ["_TenEnvAttachTo"]
