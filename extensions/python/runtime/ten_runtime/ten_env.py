"""The env of synchronous callbacks."""

from __future__ import annotations

from typing import Any

from . import _json, _store
from ._sync_send import SyncSend
from .error import TenError, make


class TenEnv(SyncSend):
    """What an Extension, an App or an Addon does with the runtime. A lifecycle callback is over when its ``on_..._done`` is
    called, from any thread."""

    __slots__ = ()

    def on_configure_done(self) -> None:
        """Ends on_configure."""
        self._done("configure")

    def on_init_done(self) -> None:
        """Ends on_init."""
        self._done("init")

    def on_start_done(self) -> None:
        """Ends on_start."""
        self._done("start")

    def on_stop_done(self) -> None:
        """Ends on_stop."""
        self._done("stop")

    def on_deinit_done(self) -> None:
        """Ends on_deinit: afterwards every call of this env returns an error of code 6."""
        self._done("deinit")

    def _done(self, stage: str) -> None:
        if self._port.closed:
            raise ValueError(f"ten_env.on_{stage}_done() failed because ten_env(_proxy) is invalid.")
        self._port.done(stage)

    def on_create_instance_done(self, instance: Any, context: object) -> None:
        """Gives the instance that on_create_instance was asked for. From any thread."""
        self._port.made(instance, context)

    def get_property_to_json(self, path: str | None = None) -> tuple[str, TenError | None]:
        """The JSON text of the value at path, or of the whole store."""
        store, error = self._open("get_property_to_json")
        return ("", error) if store is None else store.to_json(path)

    def set_property_from_json(self, path: str, json_str: str) -> TenError | None:
        """Puts the value of a JSON text at path."""
        store, error = self._open("set_property_from_json")
        if store is None:
            return error
        if not isinstance(json_str, str):
            raise ValueError("the JSON text must be a str")
        try:
            value = _json.parse(json_str)
        except _json.JSONError:
            return make(2, json_str)  # the text itself, as in TEN
        return store.put(path, value)

    def get_property_int(self, path: str) -> tuple[int, TenError | None]:
        """The integer at path."""
        store, error = self._open("get_property_int")
        return (0, error) if store is None else store.get(path, "int64")

    def set_property_int(self, path: str, value: int) -> TenError | None:
        """Puts an integer at path."""
        store, error = self._open("set_property_int")
        return error if store is None else store.put(path, _store.checked_int(value))

    def get_property_string(self, path: str) -> tuple[str, TenError | None]:
        """The string at path."""
        store, error = self._open("get_property_string")
        return ("", error) if store is None else store.get(path, "string")

    def set_property_string(self, path: str, value: str) -> TenError | None:
        """Puts a string at path."""
        store, error = self._open("set_property_string")
        return error if store is None else store.put(path, _store.checked_string(value))

    def get_property_bool(self, path: str) -> tuple[bool, TenError | None]:
        """The bool at path."""
        store, error = self._open("get_property_bool")
        return (False, error) if store is None else store.get(path, "bool")

    def set_property_bool(self, path: str, value: bool) -> TenError | None:
        """Puts a bool at path."""
        store, error = self._open("set_property_bool")
        return error if store is None else store.put(path, bool(value))

    def get_property_float(self, path: str) -> tuple[float, TenError | None]:
        """The float at path."""
        store, error = self._open("get_property_float")
        return (0.0, error) if store is None else store.get(path, "float64")

    def set_property_float(self, path: str, value: float) -> TenError | None:
        """Puts a float at path."""
        store, error = self._open("set_property_float")
        return error if store is None else store.put(path, _store.checked_float(value))

    def is_property_exist(self, path: str) -> tuple[bool, TenError | None]:
        """Whether there is something at path. If not, the error says so too."""
        store, error = self._open("is_property_exist")
        if store is None:
            return False, error
        return store.exists(path)

    def init_property_from_json(self, json_str: str) -> TenError | None:
        """Gives the properties, instead of property.json. Only in on_configure."""
        store, error = self._open("init_property_from_json")
        return error if store is None else store.init(json_str)
