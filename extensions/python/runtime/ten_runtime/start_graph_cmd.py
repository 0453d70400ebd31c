"""The command that starts a graph."""

from __future__ import annotations

from . import _json
from .cmd import Cmd


class StartGraphCmd(Cmd):
    """It goes to an app, ``set_dests([Loc("")])``, and is answered with the ``graph_id`` when all instances exist."""

    __slots__ = ()

    @classmethod
    def create(cls) -> StartGraphCmd:  # type: ignore[override]
        """A new command."""
        return cls._make("ten:start_graph")

    def set_predefined_graph_name(self, predefined_graph_name: str, /) -> bool:
        """Starts a graph that the app's property has under this name."""
        return self.set_property_string("ten.predefined_graph", predefined_graph_name) is None

    def set_graph_from_json(self, json_str: str, /) -> bool:
        """Starts the graph that the JSON says. False if it is none; then nothing is set."""
        if not isinstance(json_str, str):
            raise ValueError("the JSON text must be a str")
        try:
            graph = _json.parse(json_str)
        except _json.JSONError:
            return False
        return _is_graph(graph) and self._set("ten.graph_json", json_str) is None

    def set_sync_stop_before_deinit(self, sync_stop_before_deinit: bool, /) -> bool:
        """Lets no extension of the graph deinitialize before all have stopped."""
        return self.set_property_bool("ten.sync_stop_before_deinit", sync_stop_before_deinit) is None


def _is_graph(graph: object) -> bool:
    """Whether JSON has the shape of a graph: its rows are rows of objects."""
    if not isinstance(graph, dict):
        return False
    rows = (graph.get(key, []) for key in ("nodes", "connections", "exposed_messages", "exposed_properties"))
    return all(isinstance(row, list) and all(isinstance(item, dict) for item in row) for row in rows)
