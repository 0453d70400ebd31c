"""SIGINT and SIGTERM close all apps of the process; a second one ends it at once. SIGHUP opens log files anew."""

from __future__ import annotations

import os
import signal
import threading
import time
from types import FrameType
from typing import Any

from . import _app, _log

_OURS = (signal.SIGINT, signal.SIGTERM)
_before: dict[int, Any] = {}
_closing = False
_first = 0.0  # when the signal came that is being obeyed
_SAME = 0.3  # seconds in which another is still the same one: timeout(1) sends it to the program and to its whole group


def install() -> None:
    """Takes the signals, where nobody else has: only the main thread can, so it is tried at import and at run."""
    if _before or os.environ.get("TEN_DISABLE_SIGNAL_TRAP") == "true" or threading.current_thread() is not threading.main_thread():
        return
    defaults = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
    for number in _OURS:
        if signal.getsignal(number) is defaults[number]:
            _before[number] = signal.signal(number, _on_signal)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        signal.signal(signal.SIGHUP, _on_hangup)


def _on_signal(number: int, frame: FrameType | None) -> None:
    global _closing, _first
    if _closing:
        if time.monotonic() - _first >= _SAME:
            os._exit(1)
        return
    _closing, _first = True, time.monotonic()  # before: an extension may be stopping, and the second signal come, while this one is still being obeyed
    if _app.close_all():
        threading.Thread(target=_until_closed, daemon=True).start()
        return
    _closing = False
    before = _before.get(number)  # no app: what the signal means without us
    if callable(before):
        before(number, frame)
    else:
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)


def _until_closed() -> None:
    """A signal counts as the second one only while the first is being obeyed."""
    global _closing
    while _app.running():
        time.sleep(0.05)
    _closing = False


def _on_hangup(number: int, frame: FrameType | None) -> None:
    if not _app.running():
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        signal.raise_signal(signal.SIGHUP)
    _log.reopen()
