"""Whole programs against the small engine."""

from __future__ import annotations

import pathlib
import signal
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
        process.expect(f.LINT, lambda body: body["rule"] == "late-reply")
        self.assertEqual(process.wait()[0], 0)
        returned = [kind for kind, *_ in process.engine.log if kind == f.RETURN]
        self.assertEqual(len(returned), 2)  # the engine, which knows of the first, says what the second is


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

    def test_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            for where in ("app.run(False)", "t = threading.Thread(target=app.run, args=(False,)); t.start(); t.join()"):
                process = program(f"""
                    class Ext(AsyncExtension):
                        async def on_start(self, env): show(started=True)
                        async def on_stop(self, env): show(stopped=True)
                    addon("ext", Ext)
                    app = TestApp([node("ext")])
                    {where}
                    show(returned=True)
                """)
                self.addCleanup(process.end)
                process.engine.wait_for(lambda item: item[0] == f.STAGE_DONE and b'"start"' in item[3])
                process.process.send_signal(number)
                code, out, err = process.wait()
                self.assertEqual((code, out.count("stopped"), out.count("returned")), (0, 1, 1), err)

    def test_a_signal_that_does_not_wake_the_main_thread_is_obeyed(self) -> None:
        process = program("""
            import signal
            class Ext(AsyncExtension):
                async def on_start(self, env):
                    self.task = asyncio.create_task(self.kill_own_thread())
                async def kill_own_thread(self):
                    waits = lambda: sys._current_frames()[threading.main_thread().ident].f_code.co_name == "_look_and_take"
                    while not waits():
                        await asyncio.sleep(0.01)
                    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
                async def on_stop(self, env):
                    print("stopped", flush=True)
            addon("ext", Ext)
            TestApp([node("ext")]).run(False)
        """)
        self.addCleanup(process.end)
        code, out, err = process.wait()
        self.assertEqual((code, out.count("stopped")), (0, 1), err)

    def test_a_second_signal_ends_the_process(self) -> None:
        # For so many seconds another signal is still the same one; on_stop, in which it comes, takes so long; the status.
        for same, takes, status in ((0.0, 100.0, 1), (3600.0, 0.1, 0)):
            process = program(f"""
                import os, signal
                from ten_runtime import _signals
                _signals._SAME = {same}
                class Ext(AsyncExtension):
                    async def on_stop(self, env):
                        os.kill(os.getpid(), signal.SIGTERM)
                        await asyncio.sleep({takes})
                addon("ext", Ext)
                TestApp([node("ext")]).run(False)
            """)
            self.addCleanup(process.end)
            process.engine.wait_for(lambda item: item[0] == f.STAGE_DONE and b'"start"' in item[3])
            process.process.send_signal(signal.SIGTERM)
            code, _, err = process.wait()
            self.assertEqual(code, status, err)

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

    def test_properties(self) -> None:
        shown = run("""
            def code(error): return None if error is None else error.error_code()
            class Ext(AsyncExtension):
                async def on_configure(self, env):
                    show(bad=[code(await env.init_property_from_json(t)) for t in ("{", "[1]")])
                    await env.init_property_from_json('{"a": 1, "s": "${env:SOME_VALUE}", "d": "${env:NOT_SET|x}", "u": "${what}"}')
                async def on_start(self, env):
                    show(app=code(await env.set_property_int("app:x", 1)), empty=code(await env.set_property_int("", 1)))
                    show(big=[code(await env.set_property_int("i", 2**40)), await env.get_property_int("i")])
                    show(s=await env.get_property_string("s"), d=await env.get_property_string("d"), u=await env.get_property_string("u"))
                    show(wrong=[v if not isinstance(v, TenError) else v.error_code() for v in await env.get_property_string("a")])
                    try:
                        await env.set_property_from_json("j", "{")
                    except ValueError:
                        show(raised=True)
                    close(app)
            addon("ext", Ext)
            app = TestApp([node("ext")])
            app.run(False)
        """, env={"SOME_VALUE": "secret"})
        self.assertEqual(shown, {
            "bad": [2, 2], "app": 1, "empty": 3, "big": [None, [2**40, None]], "s": ["secret", None], "d": ["x", None],
            "u": ["${what}", None], "wrong": ["", 1], "raised": True,
        })

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

    def test_an_unset_variable_ends_the_program(self) -> None:
        run("""
            addon("ext", AsyncExtension)
            TestApp([node("ext", k="${env:SURELY_NOT_SET}")]).run(False)
        """, status=1)

    def test_a_property_file_that_is_no_json_ends_the_program(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "property.json").write_text("{")
            run("App().run(False)", status=1, env={"TEN_APP_BASE_DIR": folder})

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
