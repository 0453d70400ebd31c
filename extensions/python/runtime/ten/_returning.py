"""Handing a result to the command it shall answer."""
from __future__ import annotations

from ten_runtime.cmd import Cmd
from ten_runtime.cmd_result import CmdResult


def rebound(result: CmdResult, target: Cmd | None) -> CmdResult:
    """The result to return for target: result itself if it was made for target, else a copy that answers target.

    As in the older API the result is empty afterwards, and after a final one the command is too.
    """
    if target is None:
        return result
    answer = result.clone()
    answer._ticket = target._ticket
    result._taken()
    if answer.is_final():
        target._taken()
    return answer
