"""What the tests share: programs and children against the small engine."""

from __future__ import annotations

import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import textwrap
from typing import Any

from ten_runtime import _frame as f

from . import fake_engine

RUNTIME = str(pathlib.Path(__file__).resolve().parents[1])


class Process:
    """A Python process, and the engine's end of its connection."""

    def __init__(self, source: str, *argv: str, env: dict[str, str] | None = None, cwd: str | None = None) -> None:
        ours, theirs = socket.socketpair()
        self.engine = fake_engine.serve(ours)
        whole = {**os.environ, "PYTHONPATH": RUNTIME, "TENBENCH_FD": str(theirs.fileno()), "PYTHONDONTWRITEBYTECODE": "1", **(env or {})}
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-c", textwrap.dedent(source), *argv],
            env=whole, cwd=cwd, pass_fds=[theirs.fileno()], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        theirs.close()
        self.ours = ours

    def wait(self, seconds: float = 60) -> tuple[int, str, str]:
        """Status, stdout and stderr of the ended process."""
        out, err = self.process.communicate(timeout=seconds)
        return self.process.returncode, out, err

    def frames(self, kind: int) -> list[dict[str, Any]]:
        """The JSON bodies of all frames of a kind."""
        with self.engine.lock:
            return [json.loads(body) for k, _, _, body in self.engine.log if k == kind]

    def expect(self, kind: int, test: Any = lambda body: True) -> dict[str, Any]:
        """Waits for a JSON frame."""
        found = self.engine.wait_for(lambda item: item[0] == kind and test(json.loads(item[3] or b"{}")))
        if found is None:
            raise AssertionError(f"no frame of kind {kind:#x}; the last ones are {[(hex(k), b[:300]) for k, _, _, b in self.engine.log[-20:]]}")
        return json.loads(found[3])

    def end(self) -> None:
        """Closes the connection and ends the process."""
        self.ours.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


PROGRAM = """
import asyncio, gc, json, os, sys, threading, time
from ten_runtime import *
OK, ERROR = StatusCode.OK, StatusCode.ERROR

def addon(name, cls):
    class Made(Addon):
        def on_create_instance(self, ten_env, node, context):
            ten_env.on_create_instance_done(cls(node), context)
    register_addon_as_extension(name)(Made)

def node(name, addon=None, **property):
    return {"type": "extension", "name": name, "addon": addon or name, "property": property}

def link(source, kind, name, *dests):
    return {"extension": source, kind: [{"name": name, "dest": [{"extension": d} for d in dests]}]}

class TestApp(App):
    def __init__(self, nodes, links=(), **ten):
        self.property = {"ten": {"predefined_graphs": [{"name": "g", "auto_start": True, "graph": {"nodes": nodes, "connections": list(links)}}], **ten}}
    def on_configure(self, env):
        env.init_property_from_json(json.dumps(self.property))
        env.on_configure_done()

def close(app):
    threading.Thread(target=app.close, daemon=True).start()

def show(**what):
    print("SHOW " + json.dumps(what), flush=True)
"""


def program(source: str, **options: Any) -> Process:
    """A program that begins with PROGRAM."""
    return Process(PROGRAM + textwrap.dedent(source), **options)


def shown(out: str) -> dict[str, Any]:
    """What the program showed, in one object."""
    found: dict[str, Any] = {}
    for line in out.splitlines():
        if line.startswith("SHOW "):
            found.update(json.loads(line[5:]))
    return found


def run(source: str, status: int = 0, **options: Any) -> dict[str, Any]:
    """Runs a program to its end and returns what it showed."""
    process = program(source, **options)
    try:
        code, out, err = process.wait()
    finally:
        process.end()
    if code != status:
        raise AssertionError(f"status {code}\n{out}\n{err}")
    return shown(out)


class Child(Process):
    """A child of the bench, with packages written to a folder."""

    def __init__(self, **packages: str) -> None:
        self.folder = tempfile.TemporaryDirectory()
        for name, source in packages.items():
            package = pathlib.Path(self.folder.name, name)
            package.mkdir()
            package.joinpath("__init__.py").write_text("from . import addon\n")
            package.joinpath("addon.py").write_text(textwrap.dedent(source))
        super().__init__("import sys; del sys.path[0]; from ten_runtime._child import main; main()")

    def create(self, addon: str, number: int = 1, name: str = "node") -> dict[str, Any]:
        """Asks for an instance and returns the answer."""
        spec = {"name": name, "addon": addon}
        app = fake_engine.App(self.engine, 0, {"property": {"ten": {"long_running_mode": True}}})
        graph = fake_engine.Graph(app, {"nodes": []}, "g")
        graph.starter = None
        app.graphs[graph.id] = graph
        node = fake_engine.Node(app, graph, spec, number)
        app.init_asked = True
        graph.nodes[name] = node
        self.engine.nodes[number] = node
        folder = os.path.join(self.folder.name, addon)
        self.engine.json(f.CREATE, number, {"app": 0, "addon": addon, "name": name, "graph": "g", "graph_id": graph.id, "group": "", "package": folder})
        return self.expect(f.CREATED)

    def end(self) -> None:
        super().end()
        self.folder.cleanup()
