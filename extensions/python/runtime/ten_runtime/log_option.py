"""How a log line is written."""

from __future__ import annotations


class LogOption:
    """``skip`` is how many frames up the line was logged (2: by the caller of ``log_info``; a wrapper says 3). ``sync`` waits
    until the line is out."""

    skip: int
    sync: bool

    def __init__(self, skip: int = 2, sync: bool = False) -> None:
        self.skip = skip
        self.sync = sync


DefaultLogOption = LogOption()
