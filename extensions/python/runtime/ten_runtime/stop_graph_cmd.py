"""The command that stops a graph."""

from __future__ import annotations

from .cmd import Cmd


class StopGraphCmd(Cmd):
    """It goes to an app, ``set_dests([Loc("")])``; without an id it stops the sender's own graph."""

    __slots__ = ()

    @classmethod
    def create(cls) -> StopGraphCmd:  # type: ignore[override]
        """A new command."""
        return cls._make("ten:stop_graph")

    def set_graph_id(self, graph_id: str, /) -> bool:
        """Says which graph."""
        return self.set_property_string("ten.graph_id", graph_id) is None
