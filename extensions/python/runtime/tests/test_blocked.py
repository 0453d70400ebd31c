"""Programs whose loop is blocked, and what they are busy with."""

from __future__ import annotations

import unittest

from ten_runtime import _frame as f

from .support import program


class Blocked(unittest.TestCase):
    def test_a_blocked_loop_is_told(self) -> None:
        process = program("""
            class Ext(AsyncExtension):
                async def on_start(self, env):
                    time.sleep(2)
                    close(app)
            addon("ext", Ext)
            app = TestApp([node("ext")])
            app.run(False)
        """)
        self.addCleanup(process.end)
        body = process.expect(f.BLOCKED)
        self.assertEqual(body["what"], "on_start")
        self.assertIn("time.sleep(2)" if "time.sleep(2)" in body["stack"] else "on_start", body["stack"])
        self.assertEqual(body["others"], [])
        process.expect(f.BLOCKED, lambda body: body["end"])
        self.assertEqual(process.wait()[0], 0)

    def test_the_end_of_a_block_is_told_before_the_node_ends(self) -> None:
        process = program("""
            from ten_runtime import _connection
            class Ext(AsyncExtension):
                async def on_deinit(self, env):
                    time.sleep(2)
                    _connection.current().watch.tick = lambda: None  # the watch comes too late for the end
            addon("ext", Ext)
            app = TestApp([node("ext")])
            threading.Timer(0.1, app.close).start()
            app.run(False)
        """)
        self.addCleanup(process.end)
        self.assertEqual(process.expect(f.BLOCKED)["what"], "on_deinit")
        process.expect(f.CLOSED)
        self.assertEqual([body["end"] for body in process.frames(f.BLOCKED)], [False, True])

    def test_a_blocked_loop_names_those_who_share_it(self) -> None:
        process = program("""
            class Ext(AsyncExtension):
                async def on_start(self, env):
                    if self.name == "b":
                        time.sleep(2)
                        close(app)
            addon("ext", Ext)
            app = TestApp([node("a", addon="ext"), node("b", addon="ext")])
            app.run(False)
        """)
        self.addCleanup(process.end)
        self.assertEqual(len(process.expect(f.BLOCKED)["others"]), 1)
        self.assertEqual(process.wait()[0], 0)

    def test_a_row_of_callbacks_is_told_as_one_and_none_of_them_is_blamed(self) -> None:
        process = program("""
            class Ext(AsyncExtension):
                async def on_start(self, env):
                    for name in ["short"] * 20 + ["long", "last"]:
                        await env.send_data(Data.create(name))
                async def on_data(self, env, data):
                    time.sleep({"short": 0.06, "long": 0.5, "last": 0}[data.get_name()])
            addon("ext", Ext)
            TestApp([node("ext")], [link("ext", "data", name, "ext") for name in ("short", "long", "last")]).run(False)
        """)
        self.addCleanup(process.end)
        row = process.expect(f.BLOCKED)
        self.assertEqual((row["what"], row["row"], row["id"]), ("several on_data short", True, 0))
        self.assertEqual(process.expect(f.BLOCKED, lambda body: body["end"])["what"], row["what"])

    def test_one_that_holds_the_loop_after_others_in_its_turn_is_told_by_itself(self) -> None:
        process = program("""
            class Ext(AsyncExtension):
                async def on_start(self, env):
                    for name in ["short"] * 3 + ["long"] * 2:
                        await env.send_data(Data.create(name))
                async def on_data(self, env, data):
                    time.sleep({"short": 0.02, "long": 0.5}[data.get_name()])
            addon("ext", Ext)
            TestApp([node("ext")], [link("ext", "data", name, "ext") for name in ("short", "long")]).run(False)
        """)
        self.addCleanup(process.end)
        process.expect(f.BLOCKED, lambda body: body["end"] and body["id"] == 5)
        told = [(body["what"], body["row"], body["id"], body["end"]) for body in process.frames(f.BLOCKED)]
        self.assertEqual(told, [("on_data long", False, id, end) for id in (4, 5) for end in (False, True)])

    def test_stacks(self) -> None:
        process = program("""
            class Ext(AsyncExtension):
                async def on_start(self, env): await self.inner()
                async def inner(self): await asyncio.sleep(100)
            addon("ext", Ext)
            TestApp([node("ext")]).run(False)
        """)
        self.addCleanup(process.end)
        process.engine.wait_for(lambda item: item[0] == f.STAGE_DONE and b'"init"' in item[3])
        for token in range(100):
            process.engine.json(f.STACKS, 0, {"token": token})
            work = process.expect(f.STACKS_ARE, lambda body: body["token"] == token)["work"]
            if work and "in inner" in work[0]["stack"]:
                break
        self.assertEqual((work[0]["what"], work[0]["blocking"]), ("on_start", False))
        self.assertIn("in inner", work[0]["stack"])
