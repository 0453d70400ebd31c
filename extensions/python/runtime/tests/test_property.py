"""The properties of nodes and apps."""

from __future__ import annotations

import pathlib
import tempfile
import unittest

from .support import run


class Properties(unittest.TestCase):
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

    def test_an_unset_variable_ends_the_program(self) -> None:
        run("""
            addon("ext", AsyncExtension)
            TestApp([node("ext", k="${env:SURELY_NOT_SET}")]).run(False)
        """, status=1)

    def test_a_property_file_that_is_no_json_ends_the_program(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "property.json").write_text("{")
            run("App().run(False)", status=1, env={"TEN_APP_BASE_DIR": folder})
