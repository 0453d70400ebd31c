"""Children of the bench: packages, output, failures."""

from __future__ import annotations

import unittest

from ten_runtime import _frame as f

from .support import Child

ADDON = """
import asyncio, logging, os, sys, threading, warnings
from ten_runtime import *

class Ext(AsyncExtension):
    async def on_start(self, env):
        {start}

@register_addon_as_extension("pack")
class Made(Addon):
    def on_create_instance(self, env, name, context):
        env.on_create_instance_done(Ext(name), context)
"""


class Children(unittest.TestCase):
    def child(self, start: str = "pass", addon: str = ADDON) -> Child:
        child = Child(pack=addon.replace("{start}", start))
        self.addCleanup(child.end)
        return child

    def test_runs_a_package_of_any_folder(self) -> None:
        child = self.child()
        created = child.create("pack")
        self.assertEqual(created["error"], "")
        self.assertEqual(created["module"], "ten_packages.extension.pack.addon")
        self.assertEqual(list(created["stages"]), ["start"], "it has no other of its own")
        self.assertRegex(created["stages"]["start"], r"addon\.py:\d+$")
        self.assertEqual((created["sync"], created["no_on_cmd"]), (False, True))
        child.expect(f.STAGE_BEGUN, lambda body: body["stage"] == "start" and body["time"] > 0)
        child.expect(f.STAGE_DONE, lambda body: body["stage"] == "start" and body["error"] == "")

    def test_output_becomes_log_lines(self) -> None:
        child = self.child(
            "print('to stdout'); print('to stderr', file=sys.stderr); logging.getLogger('x').error('logged %d', 1); "
            "warnings.warn('careful'); sys.stdout.buffer.write(b'\\xff bytes\\n'); os.write(1, b'raw\\n'); env.log_info('by env')"
        )
        child.create("pack")
        child.expect(f.LOG, lambda body: body["text"] == "by env")
        logs = {body["text"]: body for body in child.frames(f.LOG)}
        self.assertEqual(logs["to stdout"]["level"], 2)
        self.assertEqual(logs["to stderr"]["level"], 3)
        self.assertEqual(logs["logged 1"]["level"], 4)
        self.assertEqual(logs["UserWarning: careful"]["level"], 3)
        self.assertIn("\ufffd bytes", logs)
        for text in ("to stdout", "logged 1", "UserWarning: careful", "by env"):
            self.assertRegex(logs[text]["source"], r"addon\.py:7$", text)
        child.end()
        self.assertNotIn("raw", logs)

    def test_an_import_error_says_what_is_missing(self) -> None:
        created = self.child(addon="import not_there_at_all").create("pack")
        self.assertEqual(created["error"], "ModuleNotFoundError: No module named 'not_there_at_all'")
        self.assertIn("addon.py", created["stack"])
        self.assertNotIn("importlib", created["stack"])  # how the runtime came to import it is no news

    def test_a_syntax_error(self) -> None:
        created = self.child(addon="def f(:\n").create("pack")
        self.assertTrue(created["error"].startswith("SyntaxError"), created)

    def test_an_addon_that_registers_nothing(self) -> None:
        self.assertIn("nothing registers it", self.child(addon="x = 1").create("pack")["error"])

    def test_an_exception_fails_the_stage_and_the_process_lives(self) -> None:
        child = self.child("raise ValueError('boom')")
        child.create("pack")
        done = child.expect(f.STAGE_DONE, lambda body: body["stage"] == "start")
        self.assertEqual(done["error"], "ValueError: boom")
        self.assertIn("Traceback", done["stack"])
        self.assertIsNone(child.process.poll())

    def test_end_of_connection_ends_a_blocked_child(self) -> None:
        child = self.child("print('blocking'); __import__('time').sleep(100)")
        child.create("pack")
        child.expect(f.LOG, lambda body: body["text"] == "blocking")
        self.assertIn("on_start", child.expect(f.BLOCKED)["stack"])
        child.engine.json(f.STACKS, 0, {"token": 1})
        work = child.expect(f.STACKS_ARE)["work"]
        self.assertEqual([(row["what"], row["blocking"]) for row in work], [("on_start", True)])
        child.ours.shutdown(2)
        self.assertEqual(child.process.wait(60), 0)

    def test_what_is_registered_with_atexit_runs_at_the_end(self) -> None:
        at_exit = "import atexit; atexit.register(lambda: 1 / 0); atexit.register(print, 'the last word'); "
        child = self.child(at_exit + "from ten_runtime import _child; _child._PATIENCE = 60; print('ready')")
        child.create("pack")
        child.expect(f.LOG, lambda body: body["text"] == "ready")
        child.ours.shutdown(2)
        out, err = child.process.communicate(timeout=60)
        self.assertEqual((child.process.returncode, out), (0, "the last word\n"))
        self.assertIn("ZeroDivisionError", err)

    def test_what_does_not_end_at_exit_is_cut_off(self) -> None:
        child = self.child("import atexit; atexit.register(threading.Event().wait); print('ready')")
        child.create("pack")
        child.expect(f.LOG, lambda body: body["text"] == "ready")
        child.ours.shutdown(2)
        _, err = child.process.communicate(timeout=60)
        self.assertEqual(child.process.returncode, 0)
        self.assertIn("atexit", err)

    def test_a_fork_prints_to_the_bench(self) -> None:
        child = self.child("pid = os.fork() or (print('from the fork'), os._exit(0)); os.waitpid(pid, 0); print('ready')")
        child.create("pack")
        child.expect(f.LOG, lambda body: body["text"] == "ready")
        child.ours.shutdown(2)
        self.assertEqual(child.process.communicate(timeout=60)[0], "from the fork\n")

    def test_says_how_often_properties_were_read(self) -> None:
        start = "await env.get_property_int('n'); await env.get_property_int('n'); await env.get_property_to_json('a'); await env.get_property_to_json(); print('read')"
        child = self.child(start)
        child.create("pack")
        child.expect(f.LOG, lambda body: body["text"] == "read")
        child.engine.json(f.READS, 999, {})  # nobody: no answer
        child.engine.json(f.READS, 1, {})
        self.assertEqual(child.expect(f.READS_ARE)["reads"], {"n": 2, "a": 1, "": 1})

    def test_a_flood_is_cut_and_counted(self) -> None:
        child = self.child("[print('x' * 200) for _ in range(60000)]; env.log_error('after')")
        child.create("pack")
        child.expect(f.LOG, lambda body: body["text"] == "after")

    def test_an_exception_in_a_thread_is_logged(self) -> None:
        child = self.child("threading.Thread(target=lambda: 1 / 0).start()")
        child.create("pack")
        body = child.expect(f.LOG, lambda body: "ZeroDivisionError" in body["text"])
        self.assertEqual(body["level"], 4)


if __name__ == "__main__":
    unittest.main()
