"""What the envs of testers have in common."""

from __future__ import annotations

from .error import TenError
from .ten_env_base import TenEnvBase


class TenEnvTesterBase(TenEnvBase):
    """The env of a tester: it has no properties, and ends the test."""

    __slots__ = ()

    def stop_test(self, error: TenError | None = None) -> TenError | None:
        """Ends the test; the first error is its result. It returns at once: the tester goes on until its on_deinit."""
        port = self._port
        if port.closed:
            return port.refused("stop_test")
        if error is not None and not isinstance(error, TenError):
            raise TypeError(f"a TenError is expected, not {type(error).__name__}")
        port.test.stop(error)
        return None
