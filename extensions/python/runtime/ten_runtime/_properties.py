"""The properties of a node or an app, which live in this process: reading one asks nobody."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Callable

from . import _json, _log, _path, _schema, _store
from ._store import MISSING
from .error import TenError, generic, make, not_found

if TYPE_CHECKING:
    from ._port import Port

_HIGHER = "Setting properties in higher-level scopes is not allowed. Properties can only be set within the current scope."
_OF_APP = "The set property of app is currently not supported; use init_property_from_json instead."
_TIMING = "Invalid timing to init property."


class Properties:
    """A store, its schema, and who is told of a write."""

    __slots__ = ("root", "seed", "configuring", "rules", "app", "is_app", "port", "wrote", "read", "written", "_lock")

    def __init__(self, port: Port, app: Callable[[], dict[str, Any]]) -> None:
        self.port = port
        self.root: dict[str, Any] = {}
        self.seed: dict[str, Any] | None = None  # what init_property_from_json gave
        self.configuring = False
        self.rules: dict[str, Any] = {}
        self.app = app
        self.is_app = False
        self.wrote: Callable[[str, Any], None] | None = None
        self.read: dict[str, int] = {}  # how often, by path; "" is all of them. Two threads at once may count as one
        self.written: set[str] = set()
        self._lock = threading.Lock()

    # ---- reading

    def find(self, path: str) -> Any:
        """The value at path, or MISSING. ``app:`` and ``extension:`` choose the store."""
        if ":" in path:
            scope, _, rest = path.partition(":")
            if scope == "app":
                return self._of_app(rest)
            if scope == "extension":
                path = rest
            elif scope.isidentifier():
                _log.runtime(self.port, 4, f"Unknown scope '{scope}' in property path '{path}'")
        if self.is_app:
            return self._of_app(path)
        self.read[path] = self.read.get(path, 0) + 1
        return _store.lookup(self.root, path)

    def _of_app(self, path: str) -> Any:
        """Only what lies at the top can be read of an app."""
        return self.app().get(path, MISSING)

    def get(self, path: str, wanted: str) -> tuple[Any, TenError | None]:
        """A value of the wanted type."""
        value = self.find(_store.checked_path(path))
        if type(value) is not dict and value is not MISSING and _store.fits(value, wanted):
            return int(value) if wanted == "int64" else float(value) if wanted == "float64" else value, None
        if value is MISSING:
            if not self.configuring:
                self.port.lint("property-missing", f"the property '{path}' was read and is not there: set it in the graph or in property.json", level=2, key=path)
            return _store.zero(wanted), not_found(path)
        error = _store.unfit(value, wanted)
        self.port.lint("property-type", f"the property '{path}' was read as another type than it has: {error.error_message()}", key=path)
        return _store.zero(wanted), error

    def to_json(self, path: str | None) -> tuple[str, TenError | None]:
        """The JSON text of a value, or of the whole store."""
        if path is None or path == "":
            self.read[""] = self.read.get("", 0) + 1
            return _json.pretty(self.app() if self.is_app else self.root), None
        value = self.find(_store.checked_path(path))
        return ("", not_found(path)) if value is MISSING else (_json.pretty(value), None)

    def exists(self, path: str) -> tuple[bool, TenError | None]:
        """Whether there is something at path."""
        if _store.checked_path(path) == "":
            return False, make(3, "path should not be empty.")
        return (True, None) if self.find(path) is not MISSING else (False, not_found(path))

    # ---- writing

    def put(self, path: str, value: Any) -> TenError | None:
        """Puts a value at path."""
        if self.is_app:
            return generic(_OF_APP)
        scope, colon, rest = _store.checked_path(path).partition(":")
        if colon and scope == "app":
            return generic(_HIGHER)
        if colon and scope == "extension":
            path = rest
        steps = _path.parse(path)
        if self.rules and steps is not None:
            rule = _schema.rule_of(self.rules, steps)
            if rule is not None:
                try:
                    value = _schema.adjust(value, rule, "." + path)
                except _schema.SchemaError as problem:
                    return generic(str(problem))
        with self._lock:
            problem = _store.assign(self.root, path, value)
        if problem is None and self.wrote is not None:
            self.wrote(path, value)
        return problem

    def init(self, text: str) -> TenError | None:
        """What init_property_from_json does: it gives the base of the store, instead of property.json. The last one counts."""
        if not isinstance(text, str):
            raise ValueError("the JSON text must be a str")
        if not self.configuring:
            return generic(_TIMING)
        try:
            seed = _json.parse(text)
        except _json.JSONError as problem:
            return make(2, str(problem))
        if not isinstance(seed, dict):
            return make(2, f"Properties are an object; this is {_store.type_name(seed)}.")
        self.seed = seed
        return None
