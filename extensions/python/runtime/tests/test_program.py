"""Whole programs against the small engine."""

from __future__ import annotations

import json
import pathlib
import tempfile
import unittest

from ten_runtime import _frame as f

from .support import program, run


class Answers(unittest.TestCase):
    def test_tickets(self) -> None:
        process = program("""
            kept = []
            class Recv(AsyncExtension):
                async def on_cmd(self, env, cmd):
                    name = cmd.get_name()
                    if name == "answered":
                        await env.return_result(CmdResult.create(OK, cmd))
                    elif name == "kept":
                        kept.append(CmdResult.create(OK, cmd.clone()))
                    elif name == "cycle":
                        knot = [cmd]
                        knot.append(knot)
            class Send(AsyncExtension):
                async def on_start(self, env):
                    for name in ("answered", "kept", "cycle", "lost"):
                        asyncio.create_task(env.send_cmd(Cmd.create(name)))
            addon("recv", Recv); addon("send", Send)
            gc.disable()
            app = TestApp([node("recv"), node("send")], [link("send", "cmd", n, "recv") for n in ("answered", "kept", "cycle", "lost")])
            app.run(False)
        """)
        self.addCleanup(process.end)
        engine = process.engine
        freed = lambda: [int.from_bytes(body[:8], "little") for kind, _, _, body in engine.log if kind == f.FREED]
        self.assertIsNotNone(engine.wait_for(lambda item: item[0] == f.FREED))
        self.assertEqual(freed(), [4], "only the lost one: the others are answered, kept or in a cycle")
        engine.raw(f.token_frame.pack(16, f.COLLECT, 0, 0, 0, 9))
        self.assertIsNotNone(engine.wait_for(lambda item: item[0] == f.COLLECTED))
        self.assertEqual(freed(), [4, 3], "the cycle was told before COLLECTED")
        marks = [(kind, int.from_bytes(body[:8], "little")) for kind, _, _, body in engine.log if kind in (f.BEGUN, f.ENDED, f.FREED)]
        self.assertLess(marks.index((f.ENDED, 4)), marks.index((f.FREED, 4)))

    def test_all_results_of_a_stream(self) -> None:
        shown = run("""
            class Recv(AsyncExtension):
                async def on_cmd(self, env, cmd):
                    for i in range(300):
                        r = CmdResult.create(OK, cmd)
                        r.set_property_int("i", i)
                        r.set_final(i == 299)
                        await env.return_result(r)
            class Send(AsyncExtension):
                async def on_start(self, env):
                    self.task = asyncio.create_task(self.go(env))
                async def go(self, env):
                    got = []
                    async for r, e in env.send_cmd_ex(Cmd.create("hi")):
                        await asyncio.sleep(0)
                        got.append((r.get_property_int("i")[0], r.is_completed()))
                    show(ordered=[g[0] for g in got] == list(range(300)), completed=[i for i, c in got if c])
                    r, e = await env.send_cmd(Cmd.create("hi"))
                    show(plain=[r.get_property_int("i")[0], r.is_completed()])
                    close(app)
            addon("recv", Recv); addon("send", Send)
            app = TestApp([node("recv"), node("send")], [link("send", "cmd", "hi", "recv")])
            app.run(False)
        """)
        self.assertEqual(shown, {"ordered": True, "completed": [299], "plain": [299, True]})

    def test_a_late_answer_is_told_and_a_second_one_is_sent(self) -> None:
        process = program("""
            class Recv(AsyncExtension):
                async def on_cmd(self, env, cmd):
                    await asyncio.sleep(0.1)
                    await env.return_result(CmdResult.create(OK, cmd))
                    await env.return_result(CmdResult.create(OK, cmd))
                    close(app)
            class Send(AsyncExtension):
                async def on_start(self, env):
                    try:
                        await asyncio.wait_for(env.send_cmd(Cmd.create("hi")), 0.02)
                    except asyncio.TimeoutError:
                        pass
            addon("recv", Recv); addon("send", Send)
            app = TestApp([node("recv"), node("send")], [link("send", "cmd", "hi", "recv")])
            app.run(False)
        """)
        self.addCleanup(process.end)
        process.expect(f.LINT, lambda body: body["rule"] == "late-reply" and body["text"].startswith("hi was answered by recv after send had stopped waiting"))
        self.assertEqual(process.wait()[0], 0)
        returned = [kind for kind, *_ in process.engine.log if kind == f.RETURN]
        self.assertEqual(len(returned), 2)  # the engine, which knows of the first, says what the second is

    def test_what_the_engine_ended_is_no_late_answer(self) -> None:
        process = program("""
            class Recv(AsyncExtension):
                async def on_cmd(self, env, cmd):
                    kept.append(cmd)
            kept = []
            class Send(AsyncExtension):
                async def on_start(self, env):
                    for name in ("ended", "answered"):
                        try:
                            await asyncio.wait_for(env.send_cmd(Cmd.create(name)), 0.01)
                        except asyncio.TimeoutError:
                            pass
                    env.log_info("given up")
            addon("recv", Recv); addon("send", Send)
            TestApp([node("recv"), node("send")], [link("send", "cmd", name, "recv") for name in ("ended", "answered")]).run(False)
        """)
        self.addCleanup(process.end)
        process.expect(f.LOG, lambda body: body["text"] == "given up")
        sent = [(node, f.send_head.unpack(bytes(12) + body[:40])[5]) for kind, _, node, body in process.engine.log if kind == f.SEND]
        for (node, token), flags in zip(sent, (1 + 2 + 4 + 16, 1 + 2 + 4)):
            body = f.result_body.pack(token, 0, 0, 0)
            process.engine.raw(f.header.pack(12 + len(body), f.RESULT, flags, 0, node) + body)
        process.expect(f.LINT, lambda body: body["text"].startswith("answered was answered"))
        self.assertEqual([body["text"] for body in process.frames(f.LINT) if body["text"].startswith("ended was")], [])


class Misdirected(unittest.TestCase):
    def test_a_result_of_another_command_is_told(self) -> None:
        process = program("""
            class Recv(AsyncExtension):
                async def on_cmd(self, env, cmd):
                    if cmd.get_name() == "child":
                        await env.return_result(CmdResult.create(OK, cmd))
                        return
                    child = Cmd.create("child")
                    result, _ = await env.send_cmd(child)
                    if cmd.get_name() == "right":
                        await env.return_result(CmdResult.create(OK, cmd))
                    else:
                        error = await env.return_result(result if cmd.get_name() == "passed" else CmdResult.create(OK, child))
                        env.log_info(f"{cmd.get_name()}: {error}")
                        await env.return_result(CmdResult.create(OK, cmd))
            class Send(AsyncExtension):
                async def on_start(self, env):
                    for name in ("right", "passed", "made"):
                        await env.send_cmd(Cmd.create(name))
                    env.log_info("all")
            addon("recv", Recv); addon("send", Send)
            TestApp([node("recv"), node("send")], [link("send", "cmd", name, "recv") for name in ("right", "passed", "made")] + [link("recv", "cmd", "child", "recv")]).run(False)
        """)
        self.addCleanup(process.end)
        process.expect(f.LOG, lambda body: body["text"] == "all")
        told = [body for body in process.frames(f.LINT) if body["rule"] == "result-of-another"]
        self.assertEqual([body["text"].partition(":")[0] for body in told], [
            "recv returned the result of recv for child, which it had sent itself; that does not answer passed",
            "recv returned a result made of a command that it had sent; that does not answer made",
        ])
        self.assertNotEqual(told[0]["id"], told[1]["id"])
        self.assertTrue(all(body["id"] and ":" in body["source"] for body in told))
        said = [body["text"] for body in process.frames(f.LOG)]
        self.assertIn("passed: None", said, "it is no error, as in TEN")


class Unseen(unittest.TestCase):
    def test_what_goes_wrong_beside_a_handler_names_its_command(self) -> None:
        process = program("""
            class Recv(AsyncExtension):
                async def on_cmd(self, env, cmd):
                    name, loop = cmd.get_name(), asyncio.get_running_loop()
                    if name == "thread":
                        threading.Thread(target=self.outer).start()
                    elif name == "callback":
                        loop.call_soon(self.breaks)
                    elif name == "lambda":
                        loop.call_later(0, lambda: self.breaks())
                    elif name == "coroutine":
                        loop.call_later(0, self.rings, env, cmd)
                def outer(self):
                    threading.Thread(target=self.breaks).start()
                def breaks(self):
                    asyncio.create_task(None)
                async def rings(self, env, cmd):
                    pass
            NAMES = ("thread", "callback", "lambda", "coroutine")
            class Send(AsyncExtension):
                async def on_start(self, env):
                    for name in NAMES:
                        asyncio.create_task(env.send_cmd(Cmd.create(name)))
            addon("recv", Recv); addon("send", Send)
            TestApp([node("recv"), node("send")], [link("send", "cmd", name, "recv") for name in NAMES]).run(False)
        """)
        self.addCleanup(process.end)
        line = None
        for id, words in (
            (1, r"^(Recv\.)?breaks\(\) raised RuntimeError: no running event loop in a thread, where nobody sees it: "),
            (2, r"^Recv\.breaks\(\), a callback of the loop, raised TypeError: "),
            (3, r"^a callback of the loop raised TypeError: "),
        ):
            told = process.expect(f.LINT, lambda body: body["id"] == id)
            self.assertEqual(told["rule"], "task-exception")
            self.assertRegex(told["text"], words)
            self.assertIn("breaks", told["property"]["stack"])
            self.assertIs(told["property"]["answers"], False, "it returns no result")
            line = line or told["source"]
            self.assertEqual(told["source"], line, "that of create_task, which is no library's")
        told = process.expect(f.LINT, lambda body: body["id"] == 4)
        self.assertEqual(told["rule"], "coroutine-not-awaited")
        self.assertTrue(told["text"].startswith("Recv.rings() was given to the loop as a callback"), told["text"])


class Buffers(unittest.TestCase):
    def test_large_ones_among_small_ones(self) -> None:
        shown = run("""
            import random
            random.seed(1)
            SIZES = [random.choice((0, 1, 320, 70_000, 262_100, 262_144, 300_000, 3_000_000)) for _ in range(60)]
            class Echo(AsyncExtension):
                async def on_video_frame(self, env, frame):
                    await env.send_video_frame(frame)
            class Send(AsyncExtension):
                async def on_start(self, env):
                    self.sent, self.got = [], []
                    for i, size in enumerate(SIZES):
                        frame = VideoFrame.create("f")
                        frame.set_timestamp(i)
                        if size:
                            frame.alloc_buf(size)
                            view = frame.lock_buf()
                            view[:] = bytes([i + 1]) * size
                            frame.unlock_buf(view)
                        await env.send_video_frame(frame)
                        if size:
                            view[:] = bytes(size)  # too late to change what was sent
                async def on_video_frame(self, env, frame):
                    i = frame.get_timestamp()
                    size = SIZES[i]
                    good = size == 0
                    if size:
                        twin = frame.clone()
                        view = frame.lock_buf()
                        good = bytes(view) == bytes([i + 1]) * size
                        view[0] = 255  # its own, whatever it was received in
                        frame.unlock_buf(view)
                        good = good and frame.get_buf()[0] == 255 and twin.get_buf() == bytes([i + 1]) * size
                    self.got.append((i, good))
                    if len(self.got) == len(SIZES):
                        show(order=[i for i, _ in self.got] == list(range(len(SIZES))), wrong=[i for i, good in self.got if not good])
                        close(app)
            addon("echo", Echo); addon("send", Send)
            app = TestApp([node("echo"), node("send")], [link("send", "video_frame", "f", "echo"), link("echo", "video_frame", "f", "send")])
            app.run(False)
        """)
        self.assertEqual(shown, {"order": True, "wrong": []})


class Apps(unittest.TestCase):
    def test_wait_in_the_background(self) -> None:
        shown = run("""
            class Ext(AsyncExtension):
                async def on_start(self, env): close(app)
            addon("ext", Ext)
            app = TestApp([node("ext")])
            app.run(True)
            app.wait()
            app.close()
            show(ended=True)
        """)
        self.assertEqual(shown, {"ended": True})

    def test_close_before_run(self) -> None:
        shown = run("""
            app = TestApp([])
            app.close()
            try:
                app.run(False)
            except RuntimeError as problem:
                show(text=str(problem))
        """)
        self.assertEqual(shown, {"text": "Failed to run ten_app."})

    def test_it_closes_after_on_init_however_early_that_was_asked(self) -> None:
        shown = run("""
            order = []
            class Ext(AsyncExtension):
                def __init__(self, name):
                    super().__init__(name)
                    app.close()
                    time.sleep(0.1)  # were it told now, the engine would have the time to stop
                async def on_stop(self, env): order.append("on_stop")
            class Main(TestApp):
                def on_init(self, env):
                    order.append("on_init")
                    super().on_init(env)
            addon("ext", Ext)
            app = Main([node("ext")])
            app.run(False)
            show(order=order)
        """)
        self.assertEqual(shown, {"order": ["on_init", "on_stop"]})

    def test_a_second_app_and_new_addons(self) -> None:
        shown = run("""
            for turn in ("one", "two"):
                class Ext(AsyncExtension):
                    async def on_start(self, env):
                        show(**{turn: turn})
                        close(app)
                addon("ext", Ext)
                app = TestApp([node("ext")])
                app.run(False)
        """)
        self.assertEqual(shown, {"one": "one", "two": "two"})

    def test_made_on_one_thread_and_run_on_another(self) -> None:
        run("""
            app = TestApp([])
            thread = threading.Thread(target=app.run, args=(False,))
            thread.start()
            app.close()
            thread.join(5)
            assert not thread.is_alive()
        """)

    def test_graphs_that_cannot_start(self) -> None:
        for body in ("raise ValueError('no')", "ten_env.on_create_instance_done(5, context)"):
            run(f"""
                class Made(Addon):
                    def on_create_instance(self, ten_env, name, context):
                        {body}
                register_addon_as_extension("bad")(Made)
                TestApp([node("bad")]).run(False)
            """)

    def test_an_addon_that_nobody_has(self) -> None:
        process = program('TestApp([node("nothing_has_this_name")]).run(False)')
        self.addCleanup(process.end)
        _, out, err = process.wait()
        self.assertIn("addon 'nothing_has_this_name' is unknown", err)
        self.assertNotIn("Traceback", out + err)  # there is nothing of the author's in it

    def test_the_engine_goes_away(self) -> None:
        process = program("""
            class Ext(AsyncExtension):
                async def on_start(self, env):
                    self.task = asyncio.create_task(self.go(env))
                async def go(self, env):
                    r, e = await env.send_cmd(Cmd.create("to nobody who answers"))
                    show(code=e.error_code())
            addon("ext", Ext); addon("mute", AsyncExtension)
            try:
                TestApp([node("ext"), node("mute")], [link("ext", "cmd", "to nobody who answers", "mute")]).run(False)
            except RuntimeError as problem:
                show(text=str(problem))
        """)
        self.addCleanup(process.end)
        process.engine.wait_for(lambda item: item[0] == f.ENDED)
        process.ours.shutdown(2)
        code, out, err = process.wait()
        self.assertEqual(code, 0, err)
        self.assertIn('"code": 6', out)
        self.assertIn("Failed to run ten_app", out)


class Callbacks(unittest.TestCase):
    def test_done_twice_or_in_the_wrong_place(self) -> None:
        run("""
            class Ext(Extension):
                def on_init(self, env):
                    env.on_start_done(); env.on_init_done(); env.on_init_done()
                def on_start(self, env):
                    env.on_start_done(); env.on_start_done()
                    close(app)
            addon("ext", Ext)
            app = TestApp([node("ext")])
            app.run(False)
        """)

    def test_a_stage_is_over_when_its_author_says_so(self) -> None:
        process = program("""
            release, told = threading.Event(), threading.Event()
            class Busy(Extension):
                def on_start(self, env):
                    env.send_data(Data.create("ball"))
                    threading.Thread(target=self.later, args=(env,)).start()
                def later(self, env):
                    release.wait()
                    env.on_start_done()
                    told.set()
                def on_data(self, env, data):
                    release.set()
                    told.wait()
                    env.log_info("handled")
            addon("busy", Busy)
            TestApp([node("busy")], [link("busy", "data", "ball", "busy")]).run(False)
        """)
        self.addCleanup(process.end)
        process.expect(f.STAGE_DONE, lambda body: body["stage"] == "start")
        with process.engine.lock:
            said = [json.loads(body).get("end", kind) for kind, _, _, body in process.engine.log if kind in (f.STAGE_BEGUN, f.STAGE_DONE, f.LOG) and b"configure" not in body and b"init" not in body]
        self.assertEqual(said[:4], [False, True, f.LOG, f.STAGE_DONE], "the handler held the thread in between")

    def test_what_pytest_holds_is_said_before_the_end(self) -> None:
        for capture, heard in (("fd", True), ("tee-sys", False)):
            process = program(f"""
                import os, tempfile, types
                held, saved = tempfile.TemporaryFile("w+"), os.dup(2)
                class Capture:
                    def suspend(self, in_=False): os.dup2(saved, 2)
                    def read_global_capture(self):
                        held.seek(0)
                        return "", held.read()
                class Config:
                    pluginmanager = types.SimpleNamespace(getplugin={{"capturemanager": Capture()}}.get)
                    def getoption(self, name): return {{"capture": "{capture}"}}[name]
                pytest = types.ModuleType("_pytest.main")
                exec("def main(config, run): run()", pytest.__dict__)
                sys.modules[pytest.__name__] = pytest
                class Ext(AsyncExtension):
                    async def on_start(self, env): raise ValueError("boom")
                addon("ext", Ext)
                os.dup2(held.fileno(), 2)
                pytest.main(Config(), lambda: TestApp([node("ext")]).run(False))
            """)
            self.addCleanup(process.end)
            code, _, err = process.wait()
            self.assertEqual((code, "ValueError: boom" in err), (1, heard), err)

    def test_an_exception_ends_the_program(self) -> None:
        for cls, method in (("Extension", "def on_data"), ("AsyncExtension", "async def on_data")):
            run(f"""
                class Ext({cls}):
                    {method}(self, env, data): raise ValueError("boom")
                class Send(AsyncExtension):
                    async def on_start(self, env): await env.send_data(Data.create("d"))
                addon("ext", Ext); addon("send", Send)
                TestApp([node("ext"), node("send")], [link("send", "data", "d", "ext")]).run(False)
            """, status=1)
        run("""
            class Echo(AsyncExtension):
                async def on_cmd(self, env, cmd): await env.return_result(CmdResult.create(OK, cmd))
            class Send(Extension):
                def on_start(self, env):
                    env.on_start_done()
                    env.send_cmd(Cmd.create("hi"), self.answered)
                def answered(self, env, result, error): raise ValueError("boom")
            addon("echo", Echo); addon("send", Send)
            TestApp([node("echo"), node("send")], [link("send", "cmd", "hi", "echo")]).run(False)
        """, status=1)

    def test_a_handler_cancelled_at_the_end_is_no_failure(self) -> None:
        shown = run("""
            class Ext(AsyncExtension):
                async def on_data(self, env, data):
                    close(app)
                    try:
                        await asyncio.sleep(100)
                    except asyncio.CancelledError:
                        show(cancelled=True)
                        raise
                async def on_start(self, env):
                    data = Data.create("d")
                    data.set_dests([Loc("", "", "ext")])
                    await env.send_data(data)
            addon("ext", Ext)
            app = TestApp([node("ext")])
            app.run(False)
        """)
        self.assertEqual(shown, {"cancelled": True})

    def test_log_lines_of_any_kind(self) -> None:
        shown = run("""
            from ten_runtime import Value, ValueType
            def code(error): return None if error is None else [error.error_code(), error.error_message().split(":")[0]]
            class Ext(Extension):
                def on_start(self, env):
                    env.on_start_done()
                    show(kinds=[code(env.log_info(*a)) for a in (("x", 5), (5,), ("x", "c", {"n": None, "t": (1,), "o": object()}))])
                    show(convert=[code(env.log_info("x", fields=f)) for f in ([1], "s", Value.from_int(1))])
                    show(serialize=[code(env.log_info("x", fields=f)) for f in ({"n": Value(ValueType.NULL)}, {"i": 2**63})])
                    env.send_cmd(Cmd.create("self"), lambda *a: close(app))
            addon("ext", Ext)
            app = TestApp([node("ext")])
            app.run(False)
        """)
        self.assertEqual(shown, {
            "kinds": [None, None, None], "convert": [[1, "failed to convert fields"]] * 3, "serialize": [[1, "failed to serialize fields"]] * 2,
        })

    def test_handlers_are_for_what_becomes_of_a_message(self) -> None:
        shown = run("""
            class Ext(Extension):
                def on_start(self, env):
                    env.on_start_done()
                    wrong = []
                    for send in (lambda h: env.send_cmd(Cmd.create("x"), h), lambda h: env.send_data(Data.create("x"), h)):
                        try: send("no handler")
                        except TypeError: wrong.append("TypeError")
                    show(wrong=wrong)
                    for handler in (None, self.told):
                        data = Data.create("x"); data.alloc_buf(1); data.lock_buf()
                        show(**{f"returned_{handler is None}": env.send_data(data, handler)})
                def told(self, env, error):
                    show(told=error.error_code())
                    close(app)
            addon("ext", Ext)
            app = TestApp([node("ext")])
            app.run(False)
        """)
        self.assertEqual(shown, {"wrong": ["TypeError"] * 2, "returned_True": None, "returned_False": None, "told": 1})

    def test_packages_are_loaded_ahead_if_the_app_wants_that(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for name, source in (("fine", "print('SHOW {\"fine\": true}')"), ("broken", "no python"), ("other", "print('SHOW {\"other\": true}')")):
                package = pathlib.Path(folder, "ten_packages", "extension", name)
                package.mkdir(parents=True)
                package.joinpath("__init__.py").write_text(source)
            for wanted in (True, False):
                shown = run(f"""
                    class Ext(AsyncExtension):
                        async def on_start(self, env):
                            close(app)
                    addon("ext", Ext)
                    app = TestApp([node("ext")], addon={{"preload_all": {wanted}}})
                    app.run(False)
                """, env={"TEN_APP_BASE_DIR": folder})
                self.assertEqual(shown, {"fine": True, "other": True} if wanted else {})


class Forks(unittest.TestCase):
    def test_multiprocessing_in_a_handler(self) -> None:
        shown = run("""
            import multiprocessing
            def child(queue): queue.put(6 * 7)
            class Ext(AsyncExtension):
                async def on_start(self, env):
                    context = multiprocessing.get_context("fork")
                    queue = context.Queue()
                    process = context.Process(target=child, args=(queue,))
                    process.start()
                    show(got=queue.get(timeout=60))
                    process.join()
                    show(status=process.exitcode)
                    close(app)
            addon("ext", Ext)
            app = TestApp([node("ext")])
            app.run(False)
        """)
        self.assertEqual(shown, {"got": 42, "status": 0})


if __name__ == "__main__":
    unittest.main()
