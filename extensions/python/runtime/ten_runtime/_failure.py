"""What becomes of an exception that user code let go."""

from __future__ import annotations

import importlib
import os
import sys
import threading
import traceback
from types import FrameType
from typing import Any

from . import _frame


def stack_of(problem: BaseException) -> str:
    """The traceback of an exception, without the frames of this package and of the import machinery before the user's code."""
    return "".join(traceback.format_exception(type(problem), problem, _users(problem.__traceback__)))


def _users(trace: Any) -> Any:
    """trace from the first frame on that is the user's."""
    at = trace
    while at is not None and at.tb_frame.f_code.co_filename.startswith((_HERE, _IMPORTING, "<frozen importlib")):
        at = at.tb_next
    return at if at is not None else trace


_IMPORTING = os.path.dirname(importlib.__file__) + os.sep
_HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep
_LIBRARY = os.path.dirname(os.__file__) + os.sep
_OURS = (_HERE, os.path.join(os.path.dirname(os.path.dirname(_HERE)), "ten") + os.sep)


def source_of(problem: BaseException) -> str:
    """file:line where an exception was raised, or where the call that raised it in this package was made."""
    at = problem.__traceback__
    last = at
    while at is not None:
        if not at.tb_frame.f_code.co_filename.startswith(_OURS):
            last = at
        at = at.tb_next
    return f"{last.tb_frame.f_code.co_filename}:{last.tb_lineno}" if last is not None else ""


def authors_line(problem: BaseException) -> str:
    """file:line of the author's innermost line on the way of an exception; where none is, of the innermost of all."""
    own = [at for at in frames_of(problem) if not at[0].f_code.co_filename.startswith(_OURS + (_LIBRARY, "<frozen")) and "site-packages" not in at[0].f_code.co_filename]
    return f"{own[-1][0].f_code.co_filename}:{own[-1][1]}" if own else source_of(problem)


def frames_of(problem: BaseException) -> list[tuple[FrameType, int]]:
    """The frames that an exception came through, the innermost last, with their lines."""
    frames, at = [], problem.__traceback__
    while at is not None:
        frames.append((at.tb_frame, at.tb_lineno))
        at = at.tb_next
    return frames


def reason_of(problem: BaseException) -> str:
    """Type and text of an exception."""
    text = str(problem)
    return f"{type(problem).__name__}: {text}" if text else type(problem).__name__


def uncaught(port: Any, problem: BaseException) -> None:
    """An exception came out of a callback: the node has failed. A program ends then with status 1, as with TEN."""
    connection = port.connection
    stack = stack_of(problem)
    if hasattr(port, "extension"):
        body = {"reason": reason_of(problem), "stack": stack, "source": source_of(problem)}
        connection.tell(_frame.FAIL, port.number, body)
    if connection.role == "child":
        return
    from . import _log

    _log.failure(port, f"Uncaught exception: {problem} \ntraceback: {stack}", source_of(problem))
    connection.finish()
    _end()


def unset_variable(port: Any, name: str) -> None:
    """A property wants an environment variable that is not set. A program ends with status 1."""
    text = f"The environment variable {name} is not set and the property has no default: set it, or write ${{env:{name}|DEFAULT}}."
    port.lint("env-unset", text, level=4)
    if port.connection.role != "child":
        bad_property(port, text)


def bad_property(port: Any, text: str) -> None:
    """A program whose property cannot be read ends with status 1."""
    from . import _log

    _log.failure(port, text, "")
    port.connection.finish()
    _end()


def _end() -> None:
    """Ends the process as TEN does: nothing of it goes on, and what was said is not lost."""
    try:
        _uncover()
    except Exception:
        pass  # another pytest, another way to capture: then the recording alone has the text
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass
    os._exit(1)


def _uncover() -> None:
    """Takes stdout and stderr back from pytest, which holds them, and says what was said there: it would end with the process."""
    config = _pytest_config()
    capture = config and config.pluginmanager.getplugin("capturemanager")
    if capture is None:
        return
    capture.suspend(in_=True)
    if config.getoption("capture") == "tee-sys":
        return  # all was shown already
    out, err = capture.read_global_capture()
    sys.stdout.write(out)
    sys.stderr.write(err)


def _pytest_config() -> Any:
    """The config of the pytest that this process runs, None if it runs none. It is on the stack of the main thread."""
    if "_pytest.main" not in sys.modules:
        return None
    frame = sys._current_frames().get(threading.main_thread().ident or 0)
    while frame is not None:
        if frame.f_globals.get("__name__") == "_pytest.main" and "config" in frame.f_locals:
            return frame.f_locals["config"]
        frame = frame.f_back
    return None
