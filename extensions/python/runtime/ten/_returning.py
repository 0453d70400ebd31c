"""Handing a result to the command it shall answer."""
from __future__ import annotations

from typing import Any

from ten_runtime.cmd import Cmd
from ten_runtime.cmd_result import CmdResult


def rebound(result: Any, target: Any) -> CmdResult:
    """The result to return for target: result itself if it was made for target, else a copy that answers target.

    As in the older API the result is empty afterwards, and after a final one the command is too.
    """
    if not isinstance(result, CmdResult) or not (target is None or isinstance(target, Cmd)):
        raise TypeError(f"Invalid argument type when return result: {type(result).__name__}, {type(target).__name__}.")
    if target is None:
        if getattr(result, "_unbound", False):
            raise ValueError("This result answers no command: write return_result(result, cmd).")
        return result
    target.get_name()  # raises for a command that is empty, as one that was answered is
    answer = result.clone()
    answer._ticket = target._ticket
    result._taken()
    if answer.is_final():
        target._taken()
    return answer
