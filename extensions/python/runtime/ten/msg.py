"""What all messages of the older API have: getters that raise, and the JSON of a whole message."""
from __future__ import annotations

import json
import uuid
from typing import Any

from ten_runtime.loc import Loc

from ._hybrid import Real, Text, Whole
from .error import PropertyError

__all__ = ["BufferedMsg", "Msg"]


class Msg:
    """The older face of a message; it stands before the message's class of ten_runtime in the bases."""

    __slots__ = ()

    _kind_name = ""

    def get_property_string(self, path: str) -> str:
        """The text at path; ValueError if it is missing or no text."""
        return Text(_value(super().get_property_string(path)))

    def get_property_int(self, path: str) -> int:
        """The integer at path; ValueError if it is missing or no integer."""
        return Whole(_value(super().get_property_int(path)))

    def get_property_float(self, path: str) -> float:
        """The number at path; ValueError if it is missing or no float."""
        return Real(_value(super().get_property_float(path)))

    def get_property_bool(self, path: str) -> bool:
        """The truth value at path; ValueError if it is missing or none."""
        return _value(super().get_property_bool(path))

    def get_property_buf(self, path: str) -> bytearray:
        """A copy of the bytes at path; ValueError if they are missing or something else."""
        return _value(super().get_property_buf(path))

    def get_property_to_json(self, path: str | None = None) -> str:
        """The JSON of the value at path, without one of all properties; ValueError if there is none."""
        return Text(_value(super().get_property_to_json(path)))

    def set_property_string(self, path: str, value: str) -> None:
        _check(super().set_property_string(path, value))

    def set_property_int(self, path: str, value: int) -> None:
        _check(super().set_property_int(path, value))

    def set_property_float(self, path: str, value: float) -> None:
        _check(super().set_property_float(path, value))

    def set_property_bool(self, path: str, value: bool) -> None:
        _check(super().set_property_bool(path, value))

    def set_property_buf(self, path: str, value: bytes) -> None:
        _check(super().set_property_buf(path, value))

    def set_property_from_json(self, path: str | None, json_str: str) -> None:
        _check(super().set_property_from_json(path, json_str))

    def set_dest(self, app_uri: str | None, graph_id: str | None, extension_group: str | None, extension: str | None) -> None:
        """Send this message to one place. Groups are no part of an address any more."""
        del extension_group
        _check(super().set_dests([Loc(app_uri or "", graph_id or "", extension or "")]))

    def to_json(self) -> str:
        """The whole message as 0.4 wrote it: the runtime's fields in _ten, then the properties."""
        own: dict[str, Any] = {"type": self._kind_name, "name": self.get_name(), "src": _place(self.get_source()), "dest": self._places()}
        own.update(self._own_fields())
        return json.dumps({"_ten": own, **self._plain_properties()}, ensure_ascii=False)

    def from_json(self, json_str: str) -> None:
        """Take what the JSON of a message says: the runtime's fields, and properties beside those there are; ValueError if it is none."""
        fields, properties = _parse(json_str, self._kind_name)
        if "name" in fields:
            self.set_name(fields["name"])
        try:
            for place in fields.get("dest", []):
                self.set_dest(place.get("app"), place.get("graph"), None, place.get("extension"))
            self._take_fields(fields)
        except (AttributeError, TypeError) as err:
            raise ValueError(f"a field of _ten has the wrong type: {err}") from None
        for key, value in properties.items():
            self.set_property_from_json(key, json.dumps(value, ensure_ascii=False))

    def _own_fields(self) -> dict[str, Any]:
        return {}

    def _take_fields(self, fields: dict[str, Any]) -> None:
        """Take the fields that only messages of this kind have."""

    def _places(self) -> list[dict[str, str]]:
        """Where the message was told to go."""
        parts = ("app", "graph", "extension")
        return [{key: part for key, part in zip(parts, place) if part} for place in (json.loads(self._dests) if self._dests else [])]

    def _plain_properties(self) -> dict[str, Any]:
        return json.loads(_value(super().get_property_to_json(None)))


class BufferedMsg(Msg):
    """A message with a buffer. Until 0.5 create called its parameter msg_name."""

    __slots__ = ()

    @classmethod
    def create(cls, name: str | None = None, *, msg_name: str | None = None) -> Any:
        """A new message without a buffer."""
        return super().create(name if msg_name is None else msg_name)


def _value(pair: tuple[Any, Any]) -> Any:
    value, error = pair
    if error is not None:
        raise PropertyError(error.error_message() or "Failed to get property.")
    return value


def _check(error: Any) -> None:
    if error is not None:
        raise PropertyError(error.error_message() or "Failed to set property.")


def _place(loc: Loc) -> dict[str, str]:
    parts = {"app": loc.app_uri, "graph": loc.graph_id, "extension": loc.extension_name}
    return {key: part for key, part in parts.items() if part}


def _parse(text: str, kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields of _ten and the properties in a message's JSON."""
    try:
        whole = json.loads(text)
    except ValueError as err:
        raise ValueError(f"not JSON: {err}") from None
    if not isinstance(whole, dict):
        raise ValueError("a message's JSON is an object")
    fields = whole.pop("_ten", {})
    if not isinstance(fields, dict):
        raise ValueError("_ten is an object")
    if fields.get("type", kind) != kind:
        raise ValueError(f"_ten.type is {fields['type']!r}, not {kind!r}")
    name = fields.get("name", "")
    if not isinstance(name, str):
        raise ValueError("_ten.name is a text")
    if name.startswith("ten:"):
        raise ValueError(f"the name {name!r} is reserved for the runtime")
    return fields, whole


def new_id() -> str:
    """An id as 0.4 gave commands."""
    return str(uuid.uuid4())
