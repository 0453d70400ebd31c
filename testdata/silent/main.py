"""Runs the packages beside it in an app of its own: the nodes and connections of the graph in the file that is named."""

import importlib
import json
import signal
import sys
import threading

from ten_runtime import App, TenEnv

with open(sys.argv[1], encoding="utf-8") as file:
    graph = json.load(file)


class Main(App):
    def on_configure(self, ten_env: TenEnv) -> None:
        for node in graph["nodes"]:
            importlib.import_module(node["addon"])
        ten_env.init_property_from_json(json.dumps({"ten": {"predefined_graphs": [{"name": "silent", "auto_start": True, "graph": graph}]}}))
        ten_env.on_configure_done()


app = Main()
signal.signal(signal.SIGINT, lambda *_: threading.Thread(target=app.close).start())
app.run(False)
