"""Testers of extensions."""

from __future__ import annotations

import unittest

from .support import run


class Testers(unittest.TestCase):
    def test_they_say_what_is_wrong(self) -> None:
        shown = run("""
            class T(AsyncExtensionTester):
                pass
            t = T()
            t.set_test_mode_single("unknown_addon")
            error = t.run()
            show(unknown=error.error_code())
            try:
                T().set_test_mode_single("x", "{")
            except ValueError:
                show(bad=True)
        """)
        self.assertEqual(shown, {"unknown": 1, "bad": True})

    def test_their_results_have_a_name(self) -> None:
        shown = run("""
            class Ext(AsyncExtension):
                async def on_start(self, env):
                    self.task = asyncio.create_task(env.send_cmd(Cmd.create("ask")))
            addon("ext", Ext)
            class Sync(ExtensionTester):
                def on_cmd(self, env, cmd):
                    env.return_result(cmd_result=CmdResult.create(OK, cmd), error_handler=lambda *a: env.stop_test())
            class Async(AsyncExtensionTester):
                async def on_cmd(self, env, cmd):
                    await env.return_result(cmd_result=CmdResult.create(OK, cmd))
                    env.stop_test()
            for t in (Sync(), Async()):
                t.set_test_mode_single("ext")
                assert t.run() is None
            try: Async().set_test_mode_single(None)
            except TypeError: show(bad=True)
        """)
        self.assertEqual(shown, {"bad": True})

    def test_stop_in_on_start_always_ends(self) -> None:
        shown = run("""
            addon("ext", AsyncExtension)
            class T(ExtensionTester):
                def on_start(self, env):
                    env.stop_test()
                    env.on_start_done()
            for _ in range(50):
                t = T()
                t.set_test_mode_single("ext")
                assert t.run() is None
            show(done=True)
        """)
        self.assertEqual(shown, {"done": True})

    def test_a_cancelled_callback_of_a_tester_has_merely_ended(self) -> None:
        shown = run("""
            class Ext(AsyncExtension):
                async def on_start(self, env): await env.send_data(Data.create("d"))
            class T(AsyncExtensionTester):
                async def on_start(self, env): raise asyncio.CancelledError
                async def on_data(self, env, data):
                    env.stop_test()
                    raise asyncio.CancelledError
            addon("ext", Ext)
            t = T()
            t.set_test_mode_single("ext")
            show(error=t.run())
        """)
        self.assertEqual(shown, {"error": None})

    def test_an_unconnected_command_of_the_tester(self) -> None:
        shown = run("""
            addon("ext", AsyncExtension)
            class T(AsyncExtensionTester):
                async def on_start(self, env):
                    r, e = await env.send_cmd(Cmd.create("nowhere"))
                    show(code=e.error_code(), result=r)
                    env.stop_test()
            t = T()
            t.set_test_mode_graph(json.dumps({"nodes": [node("t", "ten:test_extension"), node("x", "ext")], "connections": []}))
            show(run=t.run())
        """)
        self.assertEqual(shown, {"code": 7, "result": None, "run": None})
