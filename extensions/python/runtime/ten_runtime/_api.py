"""The messages in the ``api`` of a manifest: those that come and go must fit it, and it gives their numbers a size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _lint, _schema
from .error import TenError, generic

if TYPE_CHECKING:
    from ._port import Port
    from .cmd_result import CmdResult
    from .msg import Msg

_KINDS = ("cmd", "data", "audio_frame", "video_frame")


class Shape:
    """What the properties of one message are."""

    __slots__ = ("rules", "required")

    def __init__(self, schema: dict[str, Any], required: Any) -> None:
        self.rules = _schema.properties({"api": {"property": schema}})
        self.required = [name for name in required if isinstance(name, str)] if isinstance(required, list) else []

    def fit(self, msg: Msg) -> str:
        """Gives the properties of msg their types, and says what is wrong with them."""
        props = msg._load()
        fitted: dict[str, Any] = {}
        for name, rule in self.rules.items():
            if name in props:
                try:
                    fitted[name] = _schema.adjust(props[name], rule, "." + name)
                except _schema.SchemaError as problem:
                    return str(problem)
        absent = _schema.absent(self.required, props)
        if not absent and any(fitted[name] is not props[name] for name in fitted):
            props.update(fitted)
            msg._raw = None
            msg._special = True
        return absent


class Api:
    """The shapes of an extension's messages. A message that none is for may be anything."""

    __slots__ = ("taken", "sent", "returned", "got", "asked")

    def __init__(self, api: dict[str, Any]) -> None:
        self.taken: dict[tuple[str, str], Shape] = {}
        self.sent: dict[tuple[str, str], Shape] = {}
        self.returned: dict[str, Shape] = {}  # results of commands that come, by the command's name
        self.got: dict[str, Shape] = {}  # of commands that were sent
        self.asked: dict[int, str] = {}  # token -> name of an open command whose results have a shape
        for kind in _KINDS:
            self._read(api.get(kind + "_in"), kind, self.taken, self.returned)
            self._read(api.get(kind + "_out"), kind, self.sent, self.got)

    def _read(self, rows: Any, kind: str, shapes: dict[tuple[str, str], Shape], results: dict[str, Shape]) -> None:
        for row in rows if isinstance(rows, list) else []:
            if not isinstance(row, dict) or not isinstance(row.get("name"), str):
                continue
            schema, result = row.get("property"), row.get("result")
            if isinstance(schema, dict):
                shapes[kind, row["name"]] = Shape(schema, schema.get("required") or row.get("required"))
            schema = result.get("property") if isinstance(result, dict) else None
            if isinstance(schema, dict) and kind == "cmd":
                results[row["name"]] = Shape(schema, schema.get("required"))

    def __bool__(self) -> bool:
        return bool(self.taken or self.sent or self.returned or self.got)

    def arriving(self, port: Port, msg: Msg) -> str:
        """What is wrong with a message that was delivered."""
        name = msg._name or ""
        shape = self.taken.get((msg._type, name))
        problem = self._wrong(port, shape, msg, "does not fit the manifest of the extension that gets it") if shape is not None else ""
        if msg._ticket is not None and not problem:
            msg._ticket.name = name  # its results have a shape; the answer to one that does not fit has none
        return problem

    def leaving(self, port: Port, msg: Msg, token: int) -> TenError | None:
        """Why a message may not be sent. It is taken then."""
        name = msg._name or ""
        shape = self.sent.get((msg._type, name))
        problem = self._wrong(port, shape, msg, "does not fit the manifest of the extension that sends it; it was not sent") if shape is not None else ""
        if problem:
            msg._taken()
            return generic(problem)
        if token and msg._kind == 1 and name in self.got:
            self.asked[token] = name
        return None

    def answering(self, port: Port, result: CmdResult) -> TenError | None:
        """Why a result may not be returned. It is taken then; the command can still be answered."""
        ticket = result._ticket
        shape = self.returned.get(ticket.name) if ticket is not None else None
        if shape is None:
            return None
        problem = self._wrong(port, shape, result, f"for '{ticket.name}' does not fit the manifest of the extension that returns it; it was not returned")
        if not problem:
            return None
        result._taken()
        return generic(problem)

    def answered(self, port: Port, token: int, result: CmdResult) -> None:
        """Makes an ERROR of a result that does not fit."""
        name = self.asked.pop(token, None) if result._completed else self.asked.get(token)
        if name is not None and self._wrong(port, self.got[name], result, f"for '{name}' does not fit the manifest of the extension that asked; it became an ERROR"):
            result._status = 1

    def _wrong(self, port: Port, shape: Shape, msg: Msg, what: str) -> str:
        problem = shape.fit(msg)
        if problem and port.connection.lints:
            text = f"{msg._type} '{msg._name}' {what}: {problem}"
            _lint.tell(port, "api-mismatch", text, key=f"{msg._type} {msg._name} {what}")
        return problem
