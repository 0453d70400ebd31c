"""The older Cmd."""
from __future__ import annotations

from typing import Any

from ten_runtime import cmd as _new

from .msg import Msg, _parse, new_id

__all__ = ["Cmd"]


class Cmd(Msg, _new.Cmd):
    """A command."""

    __slots__ = ("_old_id",)

    _kind_name = "cmd"

    @classmethod
    def create_from_json(cls, json_str: str) -> "Cmd | None":
        """A command from its JSON, whose _ten.name is its name; None if it is none."""
        try:
            fields, _ = _parse(json_str, cls._kind_name)
        except ValueError:
            return None
        if not fields.get("name"):
            return None
        cmd = cls.create(fields["name"])
        cmd.from_json(json_str)
        return cmd

    def _own_fields(self) -> dict[str, Any]:
        return {"cmd_id": self._id(), "seq_id": ""}

    def _id(self) -> str:
        """The id of a received command; one that was not sent yet has none."""
        if self.get_source().extension_name is None:
            return ""
        if not hasattr(self, "_old_id"):
            self._old_id = new_id()
        return self._old_id
