"""Commands: messages that want an answer."""

from __future__ import annotations

from .msg import Msg


class Cmd(Msg):
    """A command. One that was received is answered by a result made from it, from a clone of it, or by the result that a
    command sent on in its stead got."""

    __slots__ = ()

    _kind = 1
    _type = "cmd"

    @classmethod
    def create(cls, name: str) -> Cmd:
        """A new command."""
        return cls._make(name)
