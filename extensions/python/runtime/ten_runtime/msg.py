"""What all messages have: a name, where they come from and go to, and properties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable, TypeVar

from . import _json, _side, _store
from ._path import KEYS as _keys
from ._scalar import INT64_MAX, INT64_MIN
from ._store import MISSING
from .error import TenError, make, not_found
from .loc import Loc

if TYPE_CHECKING:
    from ._ticket import Ticket

_M = TypeVar("_M", bound="Msg")
_NOTHING: Any = object()  # an argument that was not given


class Msg:
    """A message. It is made by ``create`` of its class. Sending it takes it away: its methods then raise ValueError.

    Properties are decoded when the first is read and encoded again only if one was written: what passes through unread
    costs nothing.
    """

    __slots__ = (
        "_name",  # None: the message was sent
        "_props",  # the properties; None: not decoded yet
        "_raw",  # their canonical JSON, b"" for none; None: written since
        "_side",  # the side table that goes with _raw
        "_special",  # whether a property may need an entry in a side table
        "_source",  # (app, graph, extension) or None
        "_dests",  # JSON of the destinations, b"" if the graph decides
        "_ticket",  # commands: the received command that this one is or was cloned from. Results: what they answer
        "__dict__",
        "__weakref__",
    )

    _kind = 0
    _type = ""
    _readable: dict[str, str] = {}  # what a path below ``ten`` reads: field -> attribute

    _name: str | None
    _props: dict[str, Any] | None
    _raw: bytes | None
    _side: bytes
    _special: bool
    _source: tuple[str, str, str] | None
    _dests: bytes
    _ticket: Ticket | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError(f"Use {type(self).__name__}.create instead.")

    @classmethod
    def _make(cls: type[_M], name: str) -> _M:
        """A new message without anything in it."""
        if not isinstance(name, str):
            raise TypeError("the name of a message must be a str")
        msg = object.__new__(cls)
        msg._name = name
        msg._props = None
        msg._raw = msg._side = msg._dests = b""
        msg._special = False
        msg._source = msg._ticket = None
        return msg

    # ---- name, source, destinations

    def get_name(self) -> str:
        """The name."""
        if self._name is None:
            raise _gone()
        return self._name

    def set_name(self, name: str, /) -> None:
        """Gives the message another name."""
        if self._name is None:
            raise _gone()
        if not isinstance(name, str):
            raise ValueError("the name of a message must be a str")
        self._name = name

    def get_source(self) -> Loc:
        """Where the message comes from. What is not known, or empty, is None."""
        if self._name is None:
            raise _gone()
        if self._source is None:
            return Loc()
        app, graph, extension = self._source
        return Loc(app or None, graph or None, extension or None)

    def set_dests(self, dests: Iterable[Loc], /) -> TenError | None:
        """Says where the message goes, whatever the graph says. No destinations: the graph decides again."""
        if self._name is None:
            raise _gone()
        places = []
        for loc in dests:
            if not isinstance(loc, Loc):
                raise TypeError("destinations must be Loc objects")
            if not all(part is None or isinstance(part, str) for part in (loc.app_uri, loc.graph_id, loc.extension_name)):
                raise TypeError("the parts of a Loc must be str or None")
            if loc.app_uri is None:
                return make(3, "App URI cannot be empty.")
            if loc.graph_id is None and loc.extension_name is not None:
                return make(3, "Graph ID cannot be empty when extension name is provided.")
            places.append([loc.app_uri, loc.graph_id or "", loc.extension_name or ""])
        self._dests = _json.encode(places) if places else b""
        return None

    # ---- properties

    def _load(self) -> dict[str, Any]:
        """The properties, for reading."""
        props = self._props
        if props is None:
            if self._name is None:
                raise _gone()
            props = _json.decode(self._raw) if self._raw else {}
            if self._side:
                _side.apply(props, self._side)
                self._special = True
            self._props = props
        return props

    def _encoded(self) -> tuple[bytes, bytes]:
        """Canonical JSON and side table of the properties."""
        if self._raw is None:
            if self._special:
                self._raw, self._side = _side.encode(self._props)
            else:
                self._raw, self._side = _json.encode(self._props) if self._props else b"", b""
        return self._raw, self._side

    def _get(self, path: Any, wanted: str) -> tuple[Any, TenError | None]:
        value = self._find(path)
        if value is MISSING:
            return _store.zero(wanted), not_found(path)
        if not _store.fits(value, wanted):
            return _store.zero(wanted), _store.unfit(value, wanted)
        return value, None

    def _find(self, path: Any) -> Any:
        props = self._props
        if props is None:
            props = self._load()
        if type(path) is not str:
            _store.checked_path(path)
        elif path in _keys:
            return props.get(path, MISSING)
        if path.startswith("ten."):
            return self._header(path[4:], props)
        return _store.lookup(props, path)

    def _header(self, field: str, props: dict[str, Any]) -> Any:
        """What a path below ``ten`` reads: a field of the message, or an argument of one of the runtime's commands."""
        if field == "name":
            return self._name
        if field in self._readable:
            return getattr(self, self._readable[field])
        return _store.lookup(props, "ten." + field) if self._of_runtime() else MISSING

    def _of_runtime(self) -> bool:
        """Whether this is one of the runtime's commands: they keep their arguments below ``ten``."""
        return self._kind == 1 and self._name is not None and self._name.startswith("ten:")

    def _set(self, path: Any, value: Any) -> TenError | None:
        props = self._props
        if props is None:
            props = self._load()
        if type(path) is not str:
            _store.checked_path(path)
        elif path in _keys:
            props[path] = value
            self._raw = None
            return None
        if path.startswith("ten.") and not self._own(path, value):
            return None
        problem = _store.assign(props, path, value)
        self._raw = None
        return problem

    def _own(self, path: str, value: Any) -> bool:
        """Handles a path below ``ten`` and reports whether it is to be stored: the arguments of the runtime's commands are."""
        if path == "ten.name":
            if isinstance(value, str):
                self.set_name(value)
            return False
        return self._of_runtime()

    def get_property_int(self, path: str = _NOTHING, /) -> tuple[int, TenError | None]:
        """The integer at path."""
        return self._get(path, "int64")

    def set_property_int(self, path: str = _NOTHING, value: int = _NOTHING, /) -> TenError | None:
        """Puts an integer of 64 bits at path."""
        return self._set(path, value if type(value) is int and INT64_MIN <= value <= INT64_MAX else _store.checked_int(value))

    def get_property_float(self, path: str = _NOTHING, /) -> tuple[float, TenError | None]:
        """The float at path. An integer is none."""
        return self._get(path, "float64")

    def set_property_float(self, path: str = _NOTHING, value: float = _NOTHING, /) -> TenError | None:
        """Puts a float at path."""
        number = _store.checked_float(value)
        if number - number != 0:
            self._special = True
        return self._set(path, number)

    def get_property_bool(self, path: str = _NOTHING, /) -> tuple[bool, TenError | None]:
        """The bool at path."""
        return self._get(path, "bool")

    def set_property_bool(self, path: str = _NOTHING, value: bool = _NOTHING, /) -> TenError | None:
        """Puts a bool at path."""
        if not isinstance(value, int):
            raise ValueError("the value must be a bool")
        return self._set(path, bool(value))

    def get_property_string(self, path: str = _NOTHING, /) -> tuple[str, TenError | None]:
        """The string at path."""
        value = self._find(path)
        if type(value) is str:
            return value, None
        return "", not_found(path) if value is MISSING else make(3, "Value is not string.")

    def set_property_string(self, path: str = _NOTHING, value: str = _NOTHING, /) -> TenError | None:
        """Puts a string at path."""
        return self._set(path, value if type(value) is str and "\0" not in value else _store.checked_string(value))

    def get_property_buf(self, path: str = _NOTHING, /) -> tuple[bytearray, TenError | None]:
        """A copy of the buffer at path."""
        value = self._find(path)
        if value is MISSING:
            return bytearray(), not_found(path)
        if type(value) is not bytes:
            return bytearray(), _store.unfit(value, "buf")
        return bytearray(value), None

    def set_property_buf(self, path: str = _NOTHING, value: Any = _NOTHING, /) -> TenError | None:
        """Puts a copy of a bytes-like object at path."""
        try:
            data = bytes(memoryview(value))
        except TypeError:
            raise ValueError("the value must be bytes-like") from None
        if not data:
            raise ValueError("Invalid buffer size.")
        self._special = True
        return self._set(path, data)

    def get_property_to_json(self, path: str | None = None, /) -> tuple[str, TenError | None]:
        """The JSON text of the value at path, or of all properties. Buffers are null in it."""
        if path is None or path == "":
            props = self._load()
            return _json.pretty({key: props[key] for key in props if key != "ten"} if "ten" in props else props), None
        value = self._find(path)
        return ("", not_found(path)) if value is MISSING else (_json.pretty(value), None)

    def set_property_from_json(self, path: str | None = None, json_str: str = _NOTHING, /) -> TenError | None:
        """Puts the value of a JSON text at path; without a path an object replaces all properties."""
        if self._name is None:
            raise _gone()
        if not isinstance(json_str, str):
            raise ValueError("the JSON text must be a str")
        try:
            value = _json.parse(json_str)
        except _json.JSONError:
            return make(2, json_str)  # the text itself, as in TEN
        if path is not None and path != "":
            return self._set(path, value)
        if not isinstance(value, dict):
            return make(4, f"All properties of a message are an object; this is {_store.type_name(value)}.")
        self._props = value
        self._raw = None
        self._special = False
        return None

    # ---- copies and the end

    def clone(self: _M) -> _M:
        """A copy that can be changed and sent by itself."""
        if self._name is None:
            raise _gone()
        msg = object.__new__(type(self))
        msg._name = self._name
        msg._raw, msg._side = self._encoded()
        msg._props = None
        msg._special = self._special
        msg._source = self._source
        msg._dests = self._dests
        msg._ticket = self._ticket
        return msg

    def _taken(self) -> None:
        """The message was sent: nothing is left in it."""
        self._name = self._props = self._raw = self._ticket = None


def _gone() -> ValueError:
    return ValueError("Msg is invalidated.")


__all__ = ["Loc", "Msg", "TenError"]
