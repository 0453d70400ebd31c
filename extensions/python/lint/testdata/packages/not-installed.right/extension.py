import asyncio
from typing import TYPE_CHECKING

import ten_ai_base
from ten_packages.extension.quiet_python import helper
from ten_runtime import AsyncExtension, AsyncTenEnv, Data

import vendored
from .vendored import HELP

try:
    import tenbench_has_no_such_module as fast
except ImportError:
    fast = None

if TYPE_CHECKING:
    import tenbench_has_no_such_module


class Quiet(AsyncExtension):
    async def on_data(self, ten_env: AsyncTenEnv, data: Data) -> None:
        import tenbench_has_no_such_module.lazy

        ten_env.log_info(f"{data.get_name()} {asyncio} {ten_ai_base} {helper} {vendored} {HELP} {fast}")
