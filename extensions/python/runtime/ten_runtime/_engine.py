"""The way to an engine: the one that started us, the one whose socket is named, or one of our own."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket

_HELP = "ten_runtime needs the engine of tenbench: run the program as `tenbench exec -- COMMAND`, or put `tenbench` on PATH (or its path into $TENBENCH)"
_ENGINE_FD = 3


class EngineError(RuntimeError):
    """There is no engine, or it does not want us."""


def connect() -> socket.socket:
    """A socket that is connected to the engine."""
    number = os.environ.pop("TENBENCH_FD", "")
    if number:
        sock = socket.socket(fileno=int(number))
        sock.set_inheritable(False)
        return sock
    path = os.environ.get("TENBENCH_SOCKET", "")
    return _dial(path) if path else _start()


def _dial(path: str) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.connect(path)
    except OSError as problem:
        sock.close()
        raise EngineError(f"the engine at TENBENCH_SOCKET={path} does not answer ({problem}); {_HELP}") from None
    return sock


def _start() -> socket.socket:
    """Starts an engine for this process. It ends when the socket closes."""
    program = os.environ.get("TENBENCH") or shutil.which("tenbench")
    if not program:
        raise EngineError(f"no engine found; {_HELP}")
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    high = fcntl.fcntl(theirs.fileno(), fcntl.F_DUPFD_CLOEXEC, 10)  # away from the number that it shall get
    theirs.close()
    actions = [
        (os.POSIX_SPAWN_DUP2, high, _ENGINE_FD),
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
    ]
    env = {key: value for key, value in os.environ.items() if not key.startswith("TENBENCH_")}
    try:
        # A process group of its own: Ctrl+C is for the program, which then closes its apps.
        os.posix_spawnp(program, [program, "engine"], env, file_actions=actions, setpgroup=0)
    except OSError as problem:
        ours.close()
        raise EngineError(f"{program} does not start ({problem.strerror}); {_HELP}") from None
    finally:
        os.close(high)
    return ours
