"""Where functions are, for people who look for the line."""

from __future__ import annotations

import functools
import unittest
from typing import Any

from ten_runtime import _caller
from ten_runtime.async_extension import AsyncExtension


def twice(function: Any) -> Any:
    @functools.wraps(function)
    def wrapped(*args: Any) -> Any:
        return function(*args), function(*args)

    return wrapped


@twice
@twice
def decorated() -> None:
    pass


class Endless:
    def __getattr__(self, name: str) -> Endless:
        return self


class Places(unittest.TestCase):
    def test_of_a_decorated_function_it_is_that_of_the_function(self) -> None:
        file, _, line = _caller.of_user(decorated).rpartition(":")
        with open(file, encoding="utf-8") as source:
            self.assertEqual(source.read().split("\n")[int(line) - 1], "@twice")

    def test_of_a_callback_that_is_not_written_it_is_that_of_the_class(self) -> None:
        class Base(AsyncExtension):
            async def on_data(self, ten_env: Any, data: Any) -> None:
                pass

        class Silent(Base):
            word = "class Silent:"

            def helper(self) -> None:
                pass

        written, helper = Base.on_data.__code__.co_firstlineno, Silent.helper.__code__.co_firstlineno
        self.assertEqual(_caller.of_callback(Silent("x"), "on_data"), f"{__file__}:{written}")
        self.assertEqual(_caller.of_callback(Silent("x"), "on_cmd"), f"{__file__}:{helper - 3}")
        self.assertEqual(_caller.of_callback(Base("x"), "on_cmd"), f"{__file__}:{written - 1}")
        self.assertEqual(_caller.of_callback(AsyncExtension("x"), "on_cmd"), "")
        self.assertTrue(_caller.lacks(Silent("x"), "on_cmd"))
        self.assertFalse(_caller.lacks(Silent("x"), "on_data"), "its base has written it")

    def test_of_a_class_whose_source_is_gone_it_is_none(self) -> None:
        names: dict[str, Any] = {"AsyncExtension": AsyncExtension, "__name__": __name__}
        exec(compile("class Gone(AsyncExtension):\n    def helper(self): pass\n", "/nowhere/gone.py", "exec"), names)
        self.assertIn(_caller.of_callback(names["Gone"]("x"), "on_cmd").rpartition(":")[2], ("", "1"), "Python 3.13 keeps it")

    def test_what_is_ours_or_no_function_has_none(self) -> None:
        self.assertEqual(_caller.of_user(AsyncExtension.on_start), "")
        self.assertEqual(_caller.of_user(None), "")
        self.assertIsInstance(_caller.of_user(Endless()), str)
