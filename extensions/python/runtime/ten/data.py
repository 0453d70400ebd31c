"""The older Data."""
from __future__ import annotations

from typing import Any

from ten_runtime import data as _new

from .msg import BufferedMsg, _parse

__all__ = ["Data"]


class Data(BufferedMsg, _new.Data):
    """A one-way message with properties and a buffer."""

    __slots__ = ()

    _kind_name = "data"

    @classmethod
    def create_from_json(cls, json_str: str) -> "Data":
        """A data message from its JSON; ValueError if it is none."""
        fields, _ = _parse(json_str, cls._kind_name)
        data = cls.create(fields.get("name", ""))
        data.from_json(json_str)
        return data

    def _own_fields(self) -> dict[str, Any]:
        return {"buf": None}
