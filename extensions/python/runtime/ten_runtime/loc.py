"""Where a message comes from or goes to."""

from __future__ import annotations


class Loc:
    """A place: an app, a graph of it, an extension in that. None is "not said"; "" is "the current one"."""

    app_uri: str | None
    graph_id: str | None
    extension_name: str | None

    def __init__(self, app_uri: str | None = None, graph_id: str | None = None, extension_name: str | None = None) -> None:
        self.app_uri = app_uri
        self.graph_id = graph_id
        self.extension_name = extension_name

    def __repr__(self) -> str:
        return f"Loc(app_uri={self.app_uri!r}, graph_id={self.graph_id!r}, extension_name={self.extension_name!r})"
