"""An extension that does what one should not: what its command is called."""

import asyncio
import os
import signal
import subprocess
import sys
import time

from ten_runtime import Addon, AsyncExtension, AsyncTenEnv, Cmd, CmdResult, StatusCode, TenEnv, register_addon_as_extension

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


class Odd(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        after, _ = cmd.get_property_int("after_ms")
        if after:
            await asyncio.sleep(after / 1000)
        await getattr(self, cmd.get_name())(ten_env, cmd)
        await ten_env.return_result(CmdResult.create(StatusCode.OK, cmd))

    async def on_stop(self, ten_env: AsyncTenEnv) -> None:
        how, _ = await ten_env.get_property_string("stop")
        if how == "waits":
            await asyncio.Event().wait()
        if how == "blocks":
            time.sleep(600)

    # Ways to die.

    async def killed(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        os.kill(os.getpid(), signal.SIGKILL)
        await asyncio.sleep(600)

    async def exits(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        os.write(2, b"there is no more to do\n")
        os._exit(3)

    async def raises(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        raise ValueError("so much for that")

    # What it does to the connection.

    async def closes(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        os.closerange(3, 100)
        await asyncio.sleep(600)

    async def garbles(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        os.write(3, b"\xff" * 1000)
        await asyncio.sleep(600)

    async def sends_too_much(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        big = Cmd.create("big")
        big.set_property_buf("b", bytes(100 << 20))
        _, error = await ten_env.send_cmd(big)
        ten_env.log_info(f"refused: {error.error_message() if error is not None else None}")

    # What it leaves behind.

    async def forks(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        subprocess.Popen(SLEEP)
        subprocess.Popen(SLEEP, start_new_session=True)
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(600)
            os._exit(0)

    # What it does to its loop, and to the output.

    async def blocks(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        time.sleep(600)

    async def spins(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        while True:
            pass

    async def nothing(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        pass

    async def freezes(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        os.kill(os.getpid(), signal.SIGSTOP)
        time.sleep(600)  # the signal may take its time, and another thread

    async def floods(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        while True:
            for _ in range(1000):
                print("a line that nobody will ever read to its end")
            os.write(1, b"and past the streams of Python\n" * 1000)
            await asyncio.sleep(0)

    async def gives_way(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        # It is answered only once the bench has lowered its priority.
        while os.getpriority(os.PRIO_PROCESS, 0) < 10:
            for _ in range(1000):
                print("a line that nobody will ever read to its end")
            await asyncio.sleep(0)

    async def prints_binary(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        os.write(1, b"\x00\x1b[2J\xff\xfe\n")
        sys.stdout.buffer.write(b"\x80\x81\n")
        print("and then text")


@register_addon_as_extension("odd")
class OddAddon(Addon):
    def on_create_instance(self, ten_env: TenEnv, name: str, context: object) -> None:
        ten_env.on_create_instance_done(Odd(name), context)
