"""Runs the checker from its sources on standard input, {module: source} as JSON."""
import importlib.abc
import importlib.util
import json
import sys


class Sources(importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        return importlib.util.spec_from_loader(name, self) if name in sources else None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        exec(compile(sources[module.__name__], module.__name__ + ".py", "exec"), module.__dict__)


sources = json.load(sys.stdin)
sys.meta_path.insert(0, Sources())
from _main import main

sys.exit(main(sys.argv[1:]))
