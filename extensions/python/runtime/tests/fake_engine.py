"""A small engine for the tests: graphs, routing and answers, without conversions, limits or deadlines.

    python fake_engine.py -- COMMAND...     runs a program against it
"""

from __future__ import annotations

import itertools
import json
import os
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from typing import Any

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from ten_runtime import _frame as f  # noqa: E402
from ten_runtime._version import VERSION  # noqa: E402

KINDS = {1: "cmd", 3: "data", 4: "audio_frame", 5: "video_frame"}
_send = struct.Struct("<IQQIBBHIII")


class Node:
    def __init__(self, app: App, graph: Graph, spec: dict[str, Any], number: int) -> None:
        self.app, self.graph, self.number = app, graph, number
        self.name, self.addon = spec["name"], spec["addon"]
        self.group, self.layer = spec.get("extension_group", ""), spec.get("property", {})
        self.state = "new"
        self.waiting: list[Any] = []
        self.can_stop = False

    def place(self) -> list[str]:
        return [self.app.uri, self.graph.id, self.name]


class Graph:
    def __init__(self, app: App, body: dict[str, Any], name: str) -> None:
        self.app, self.name, self.id = app, name, str(uuid.uuid4())
        self.connections = body.get("connections", [])
        self.nodes = {n["name"]: Node(app, self, n, app.conn.number()) for n in body.get("nodes", [])}
        self.starter: Any = None
        self.stopper: Any = None
        self.closing = False
        self.peer = ""

    def route(self, sender: str, kind: str, name: str) -> list[Node]:
        if self.peer:
            return [n for n in self.nodes.values() if (n.addon == self.peer) != (sender == self.peer)]
        for c in self.connections:
            if c.get("extension") == sender:
                for flow in c.get(kind, []):
                    if flow.get("name") == name:
                        return [self.nodes[d["extension"]] for d in flow["dest"] if d["extension"] in self.nodes]
        return []


class App:
    def __init__(self, conn: Conn, number: int, body: dict[str, Any]) -> None:
        self.conn, self.number, self.body = conn, number, body
        self.ten = body["property"].get("ten", {}) or {}
        self.uri = self.ten.get("uri", "")
        self.graphs: dict[str, Graph] = {}
        self.closing = self.inited = self.init_asked = False
        self.error = ""

    def start(self) -> None:
        first = ""
        if self.body.get("graph"):
            g = self.add(self.body["graph"], "")
            g.peer = self.body.get("peer", "")
            first = g.id
        for p in self.ten.get("predefined_graphs", []):
            if p.get("auto_start"):
                self.add(p["graph"], p["name"])
        self.first = first
        self.check_init()

    def check_init(self) -> None:
        if not self.init_asked and all(n.state != "new" for g in self.graphs.values() for n in g.nodes.values()):
            self.init_asked = True
            self.conn.json(f.APP_INIT, self.number, {"graph_id": self.first})

    def add(self, body: dict[str, Any], name: str) -> Graph:
        g = Graph(self, body, name)
        self.graphs[g.id] = g
        for n in g.nodes.values():
            self.conn.nodes[n.number] = n
            self.conn.json(
                f.CREATE, n.number,
                {"app": self.number, "addon": n.addon, "name": n.name, "graph": name, "graph_id": g.id, "group": n.group},
            )
        return g

    def close(self) -> None:
        self.closing = True
        for g in list(self.graphs.values()):
            self.stop(g)
        self.check_closed()

    def stop(self, g: Graph) -> None:
        g.closing = True
        for n in g.nodes.values():
            if n.state == "created":
                n.state = "ending"
                self.conn.json(f.CLOSE, n.number, {})
            self.conn.maybe_stop(n)
        self.check_graph(g)

    def check_graph(self, g: Graph) -> None:
        if g.closing and all(n.state in ("closed", "failed") for n in g.nodes.values()) and self.graphs.pop(g.id, None):
            if g.stopper:
                self.conn.give(g.stopper, 0, "close engine done")
            if not self.graphs and not self.ten.get("long_running_mode"):
                self.closing = True
            self.check_closed()

    def check_closed(self) -> None:
        if self.closing and not self.graphs and self.inited:
            self.inited = False
            self.conn.json(f.APP_DEINIT, self.number, {})


class Path:
    def __init__(self, sender: Any, token: int, flags: int) -> None:
        self.sender, self.token, self.flags = sender, token, flags
        self.open = 0
        self.last: Any = None
        self.ended = False


class Conn:
    """The engine's end of one connection."""

    def __init__(self, sock: socket.socket, log: list[Any] | None = None) -> None:
        self.sock = sock
        self.log = log if log is not None else []
        self.texts: dict[int, bytes] = {}
        self.places: dict[str, int] = {}
        self.apps: dict[int, App] = {}
        self.nodes: dict[int, Node] = {}
        self.paths: dict[int, Path] = {}
        self._numbers, self._ids = itertools.count(1), itertools.count(1)
        self.lock = threading.RLock()
        self.seen = threading.Condition(self.lock)

    def number(self) -> int:
        return next(self._numbers)

    def json(self, kind: int, node: int, body: dict[str, Any]) -> None:
        self.raw(f.made(kind, node, body))

    def raw(self, data: bytes) -> None:
        try:
            self.sock.sendall(data)
        except OSError:
            pass

    def run(self) -> None:
        data = b""
        while True:
            try:
                chunk = self.sock.recv(1 << 20)
            except OSError:
                return
            if not chunk:
                return
            data += chunk
            while len(data) >= 12:
                size, kind, flags, _, node = f.header.unpack_from(data)
                if len(data) < size:
                    break
                with self.lock:
                    self.log.append((kind, flags, node, data[12:size]))
                    self.frame(kind, flags, node, data[12:size])
                    self.seen.notify_all()
                data = data[size:]

    def wait_for(self, test: Any, seconds: float = 60) -> Any:
        """Waits until test finds something in the frames that came. Each is looked at once: there may be very many."""
        looked, end = 0, time.monotonic() + seconds
        with self.seen:
            while True:
                for item in itertools.islice(self.log, looked, None):
                    if test(item):
                        return item
                looked = len(self.log)
                if not self.seen.wait(end - time.monotonic()):
                    return None

    def frame(self, kind: int, flags: int, node: int, body: bytes) -> None:
        if kind == f.HELLO:
            self.json(f.WELCOME, 0, {"protocol": 1, "runtime": VERSION, "limit": f.LIMIT, "slow_ms": 100, "lints": True, "log_level": 1})
        elif kind == f.STRING:
            self.texts[node] = body
        elif kind == f.SEND:
            self.send(flags, node, body)
        elif kind == f.RETURN:
            self.returned(flags, node, body)
        elif kind in (f.BEGUN, f.ENDED, f.FREED, f.LOG, f.LINT, f.PROPERTY, f.COLLECTED, f.BLOCKED, f.STACKS_ARE, f.READS_ARE, f.BYE):
            pass
        else:
            self.control(kind, node, json.loads(body or b"{}"))

    def control(self, kind: int, number: int, body: dict[str, Any]) -> None:
        if kind == f.APP_OPEN:
            self.apps[number] = App(self, number, body)
            self.apps[number].start()
            return
        if kind < f.CREATE:
            app = self.apps[number]
            if kind == f.APP_INIT_DONE:
                app.inited = True
                app.check_closed()
            elif kind == f.APP_CLOSE:
                app.close()
            elif kind == f.APP_DEINIT_DONE:
                self.json(f.APP_CLOSED, number, {"error": app.error})
                del self.apps[number]
            return
        n = self.nodes[number]
        if kind == f.CREATED:
            self.created(n, body)
        elif kind == f.STAGE_DONE:
            self.stage_done(n, body["stage"])
        elif kind == f.CLOSED:
            n.state = "closed"
            n.app.check_graph(n.graph)

    def created(self, n: Node, body: dict[str, Any]) -> None:
        if body["error"]:
            n.state = "failed"
            n.app.error = n.app.error or body["error"]
            if n.graph.starter:
                self.give(n.graph.starter, 1, body["error"])
                n.graph.starter = None
            elif not n.app.ten.get("long_running_mode"):
                n.app.closing = True
            n.app.check_init()
            n.app.stop(n.graph)
            return
        n.state = "created"
        if n.graph.starter and all(m.state != "new" for m in n.graph.nodes.values()):
            self.give(n.graph.starter, 0, None, {"graph_id": n.graph.id})
            n.graph.starter = None
        if all(m.state != "new" for m in n.graph.nodes.values()):
            for m in n.graph.nodes.values():
                if m.state == "created":
                    self.stage(m, "configure")
        n.app.check_init()

    def stage(self, n: Node, stage: str) -> None:
        n.state = stage
        n.can_stop = False
        self.json(f.STAGE, n.number, {"stage": stage, "layer": n.layer} if stage == "configure" else {"stage": stage})

    def maybe_stop(self, n: Node) -> None:
        if n.can_stop and n.graph.closing:
            self.stage(n, "stop")

    def stage_done(self, n: Node, stage: str) -> None:
        if stage == "init":
            waiting, n.waiting = n.waiting, []
            n.state = "inited"
            for item in waiting:
                self.deliver(n, *item)
        if stage == "stop":
            self.stage(n, "deinit")
        elif stage == "deinit":
            self.answer_open(n)
            self.json(f.CLOSE, n.number, {})
        elif n.graph.closing:
            n.can_stop = True
            self.maybe_stop(n)
        elif stage == "start":
            n.can_stop = True
        else:
            self.stage(n, {"configure": "init", "init": "start"}[stage])

    def answer_open(self, n: Node) -> None:
        for id, path in list(self.paths.items()):
            if path.sender is n and not path.ended:
                path.ended = True
                self.give(path, 1, "stopped")

    # ---- messages

    def send(self, flags: int, number: int, body: bytes) -> None:
        token, parent, relay, source, kind, fields, name, props, side, dests = _send.unpack_from(body)
        at = _send.size
        parts = []
        for size in (name, fields, props, side, dests):
            parts.append(body[at : at + size])
            at += size
        sender = self.apps[number] if flags & f.OF_APP else self.nodes[number]
        path = Path(sender, token, flags)
        if flags & f.RELAY:
            path = self.paths.get(relay, path)
            path.open -= 1
        text = parts[0].decode()
        item = (kind, parts[0], parts[1], parts[2], parts[3], body[at:])
        if kind == 1 and text.startswith("ten:"):
            return self.builtin(path, text, json.loads(parts[2] or b"{}").get("ten", {}))
        targets: list[Node] = []
        if parts[4] and not (isinstance(sender, Node) and sender.graph.peer):
            for app, graph, ext in json.loads(parts[4]):
                g = sender.graph if not graph else next((x for x in sender.app.graphs.values() if graph in (x.id, x.name)), None)
                if g is None:
                    return self.give(path, 1, "Graph not found.") if kind == 1 else self.sent(path, flags, token, 0, "")
                if ext in g.nodes:
                    targets.append(g.nodes[ext])
            if not targets:
                return self.give(path, 1, "Failed to find destination.") if kind == 1 else self.sent(path, flags, token, 0, "")
        else:
            targets = sender.graph.route(sender.name, KINDS[kind], text)
        if not targets:
            return self.sent(path, f.REPORT, token, 7, f"Failed to find destination of a '{KINDS[kind]}' message '{text}' from graph.")
        path.open += len(targets)
        for n in targets:
            self.deliver(n, path, sender, item)
        self.sent(path, flags, token, 0, "")

    def sent(self, path: Path, flags: int, token: int, code: int, text: str) -> None:
        if token and flags & f.REPORT:
            self.raw(f.packed(f.SENT, path.sender.number, struct.pack("<Ii", token, code) + text.encode()))

    def deliver(self, n: Node, path: Path, sender: Node, item: Any) -> None:
        if n.state in ("new", "created", "configure", "init"):
            n.waiting.append((path, sender, item))
            return
        if n.state in ("deinit", "closed", "failed"):
            if item[0] == 1:
                self.give(path, 1, "The destination extension is in its de-initialization phase.")
            return
        id = next(self._ids)
        kind, name, fields, props, side, buf = item
        if kind == 1:
            self.paths[id] = path
        head = f.deliver_body.pack(id, self.place(sender), kind, len(fields), len(name), len(props), len(side))
        self.raw(f.packed(f.DELIVER, n.number, head + name + fields + props + side + buf))

    def place(self, sender: Any) -> int:
        text = json.dumps(sender.place() if isinstance(sender, Node) else [sender.uri, "", ""])
        if text not in self.places:
            self.places[text] = len(self.places) + 1
            self.raw(f.packed(f.STRING, self.places[text], text.encode()))
        return self.places[text]

    def returned(self, flags: int, number: int, body: bytes) -> None:
        id, token, source, props, side = struct.unpack_from("<QIIII", body)
        path = self.paths.get(id)
        rest = body[24:]
        if path is not None:
            if flags & f.IS_FINAL:
                del self.paths[id]
            self.result(path, self.nodes[number], flags, rest[:props], rest[props : props + side])
        if token:
            self.raw(f.packed(f.SENT, number, struct.pack("<Ii", token, 0)))

    def result(self, path: Path, by: Any, flags: int, props: bytes, side: bytes) -> None:
        if path.ended:
            return
        if flags & f.IS_FINAL:
            path.open -= 1
        done = flags & f.IS_FINAL and (path.open <= 0 or (flags & f.IS_ERROR and not path.flags & f.EACH))
        if not done and not path.flags & f.EACH:
            return
        path.ended = bool(done)
        if path.token:
            out = (flags & 3) | (f.IS_COMPLETED if done else 0) | (f.OF_APP if isinstance(path.sender, App) else 0)
            head = struct.pack("<IIII", path.token, self.place(by) if by else 0, len(props), len(side))
            size = 12 + len(head) + len(props) + len(side)
            self.raw(f.header.pack(size, f.RESULT, out, 0, path.sender.number) + head + props + side)

    def give(self, path: Path, status: int, detail: str | None, props: dict[str, Any] | None = None) -> None:
        path.open = 1
        path.ended = False
        body = props if props is not None else {"detail": detail}
        self.result(path, None, status | f.IS_FINAL, json.dumps(body, separators=(",", ":")).encode(), b"")

    def builtin(self, path: Path, name: str, args: dict[str, Any]) -> None:
        app = path.sender if isinstance(path.sender, App) else path.sender.app
        if name == "ten:close_app":
            app.close()
        elif name == "ten:start_graph":
            body, label = json.loads(args.get("graph_json", "{}")), ""
            for p in app.ten.get("predefined_graphs", []):
                if p["name"] == args.get("predefined_graph"):
                    body, label = p["graph"], p["name"]
            g = app.add(body, label)
            g.starter = path
        elif name == "ten:stop_graph":
            g = app.graphs.get(args.get("graph_id", "")) or path.sender.graph
            g.stopper = path if g is not path.sender.graph else None
            app.stop(g)


def serve(sock: socket.socket) -> Conn:
    """Runs an engine on one end of a pair."""
    conn = Conn(sock)
    threading.Thread(target=conn.run, daemon=True).start()
    return conn


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        return run_in(folder)


def run_in(folder: str) -> int:
    """Listens there, and runs the program of the command line."""
    path = os.path.join(folder, "s")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()

    def accept() -> None:
        while True:
            serve(listener.accept()[0])

    threading.Thread(target=accept, daemon=True).start()
    return subprocess.call(sys.argv[sys.argv.index("--") + 1 :], env={**os.environ, "TENBENCH_SOCKET": path})


if __name__ == "__main__":
    sys.exit(main())
