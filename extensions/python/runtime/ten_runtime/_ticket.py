"""Tickets: the proof that a command is lost."""

from __future__ import annotations

from typing import Callable


class Ticket:
    """What a received command, its clones and all results made from them share: the right to answer.

    When the last of them is gone and its handler has ended without a final answer, nobody can answer any more. That is
    told at once, because Python counts references; what lies in a cycle is told after COLLECT.
    """

    __slots__ = ("id", "name", "answered", "tell", "__weakref__")

    def __init__(self, id: int, tell: Callable[[int], None]) -> None:
        self.id = id
        self.name = ""  # of the command, where its results have a shape
        self.answered = False
        self.tell = tell

    def __del__(self) -> None:
        # The handler holds the ticket until it has ended, so being here says that it has.
        if not self.answered:
            self.tell(self.id)
