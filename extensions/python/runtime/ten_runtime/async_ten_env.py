"""The env of coroutines."""

from __future__ import annotations

from . import _json, _store
from ._async_send import AsyncSend
from .error import NOT_FOUND, TenError


class AsyncTenEnv(AsyncSend):
    """What an AsyncExtension does with the runtime."""

    __slots__ = ()

    async def get_property_to_json(self, path: str | None = None) -> tuple[str, TenError | None]:
        """The JSON text of the value at path, or of the whole store."""
        store, error = self._open("get_property_to_json")
        return ("", error) if store is None else store.to_json(path)

    async def set_property_from_json(self, path: str, json_str: str) -> TenError | None:
        """Puts the value of a JSON text at path. Raises ValueError if it is not JSON."""
        store, error = self._open("set_property_from_json")
        if store is None:
            return error
        if not isinstance(json_str, str):
            raise ValueError("the JSON text must be a str")
        try:
            value = _json.parse(json_str)
        except _json.JSONError as problem:
            raise ValueError(f"{json_str[:200]!r} is not valid JSON: {problem}") from None
        return store.put(path, value)

    async def get_property_int(self, path: str) -> tuple[int, TenError | None]:
        """The integer at path."""
        store, error = self._open("get_property_int")
        return (0, error) if store is None else store.get(path, "int64")

    async def set_property_int(self, path: str, value: int) -> TenError | None:
        """Puts an integer at path."""
        store, error = self._open("set_property_int")
        return error if store is None else store.put(path, _store.checked_int(value))

    async def get_property_string(self, path: str) -> tuple[str, TenError | None]:
        """The string at path."""
        store, error = self._open("get_property_string")
        return ("", error) if store is None else store.get(path, "string")

    async def set_property_string(self, path: str, value: str) -> TenError | None:
        """Puts a string at path."""
        store, error = self._open("set_property_string")
        return error if store is None else store.put(path, _store.checked_string(value))

    async def get_property_bool(self, path: str) -> tuple[bool, TenError | None]:
        """The bool at path."""
        store, error = self._open("get_property_bool")
        return (False, error) if store is None else store.get(path, "bool")

    async def set_property_bool(self, path: str, value: bool) -> TenError | None:
        """Puts a bool at path."""
        store, error = self._open("set_property_bool")
        return error if store is None else store.put(path, bool(value))

    async def get_property_float(self, path: str) -> tuple[float, TenError | None]:
        """The float at path."""
        store, error = self._open("get_property_float")
        return (0.0, error) if store is None else store.get(path, "float64")

    async def set_property_float(self, path: str, value: float) -> TenError | None:
        """Puts a float at path."""
        store, error = self._open("set_property_float")
        return error if store is None else store.put(path, _store.checked_float(value))

    async def is_property_exist(self, path: str) -> tuple[bool, TenError | None]:
        """Whether there is something at path."""
        store, error = self._open("is_property_exist")
        if store is None:
            return False, error
        found, problem = store.exists(path)
        return found, None if problem is not None and problem._code == NOT_FOUND else problem

    async def init_property_from_json(self, json_str: str) -> TenError | None:
        """Gives the properties, instead of property.json. Only in on_configure."""
        store, error = self._open("init_property_from_json")
        return error if store is None else store.init(json_str)
