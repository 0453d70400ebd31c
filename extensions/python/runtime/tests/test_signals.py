"""Programs that are told to end."""

from __future__ import annotations

import signal
import unittest

from ten_runtime import _frame as f

from .support import program


class Signals(unittest.TestCase):
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
