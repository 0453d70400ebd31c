"""How a message is sent."""

from __future__ import annotations


class SendOptions:
    """With ``wait_for_result`` a send waits until the message is on its way, and returns the error if it is not."""

    wait_for_result: bool

    def __init__(self, wait_for_result: bool = False) -> None:
        self.wait_for_result = wait_for_result
