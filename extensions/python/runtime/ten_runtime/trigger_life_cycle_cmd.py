"""The command that runs a lifecycle callback which waits for it."""

from __future__ import annotations

from .cmd import Cmd


class TriggerLifeCycleCmd(Cmd):
    """It goes to an extension with ``ten.manual_trigger_life_cycle`` and is answered when the callback is done."""

    __slots__ = ()

    @classmethod
    def create(cls) -> TriggerLifeCycleCmd:  # type: ignore[override]
        """A new command."""
        return cls._make("ten:trigger_life_cycle")

    def set_stage(self, stage: str, /) -> bool:
        """Says which: ``start`` or ``stop``."""
        return self.set_property_string("ten.stage", stage) is None
