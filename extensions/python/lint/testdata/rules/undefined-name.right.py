from __future__ import annotations

import sys
import asyncio
import os.path
from typing import TYPE_CHECKING

from ten_runtime import *

if TYPE_CHECKING:
    from collections.abc import Iterator

try:
    unicode
except NameError:
    unicode = str


class Greeter(AsyncExtension):
    words = ["a", "b"]
    first = words[0]
    loud = [w for w in words]

    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        global seen
        seen = cmd.get_name()
        if (n := len(seen)) > 3:
            ten_env.log_info(f"{n} {__name__} {os.path.sep}")
        try:
            await asyncio.sleep(0)
        except ValueError as e:
            ten_env.log_error(str(e))
        match seen:
            case [head, *rest]:
                print(head, rest)
            case {"a": a, **others}:
                print(a, others)
            case other:
                print(other, self.__class__, __class__)

    def later(self) -> Iterator[int]:
        def use() -> int:
            return defined_below

        defined_below = 3
        yield use()
        yield from (x * y for x in range(3) for y in range(x))


def after() -> str:
    return seen


if sys.version_info < (3,):
    text = unicode
if not Greeter.words:
    exit(1)
