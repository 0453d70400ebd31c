import asyncio
import json
import threading

from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd, CmdResult, Extension, StatusCode, TenEnv


class HandedOn(AsyncExtension):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.queue: asyncio.Queue = asyncio.Queue(10)
        self.waiting: dict[str, Cmd] = {}
        self.last = None
        self.tasks: set = set()

    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        name = cmd.get_name()
        if name == "queue":
            await self.queue.put((ten_env, cmd))
        elif name == "keep":
            self.last = cmd
            return
        elif name == "dict":
            self.waiting[name] = cmd
        elif name == "task":
            task = asyncio.create_task(self.handle(ten_env, cmd))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
        elif name == "closure":

            async def later() -> None:
                await ten_env.return_result(CmdResult.create(StatusCode.OK, cmd))

            await asyncio.wait_for(later(), 1)
        elif name == "helper":
            result = CmdResult.create(StatusCode.OK, cmd)
            await self.reply(ten_env, result)
        elif name == "base":
            await super().on_cmd(ten_env, cmd)
        elif name == "forward":
            result, _ = await ten_env.send_cmd(cmd.clone())
        else:
            raise ValueError(name)

    async def handle(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        await ten_env.return_result(CmdResult.create(StatusCode.OK, cmd))

    async def reply(self, ten_env: AsyncTenEnv, result: CmdResult) -> None:
        await ten_env.return_result(result)


class InAnotherThread(Extension):
    def on_cmd(self, ten_env: TenEnv, cmd: Cmd) -> None:
        if cmd.get_name() == "a":
            threading.Thread(target=self.work, args=(ten_env, cmd)).start()
        else:
            ten_env.send_cmd(Cmd.create("b"), lambda env, r, e: env.return_result(CmdResult.create(StatusCode.OK, cmd)))

    def work(self, ten_env: TenEnv, cmd: Cmd) -> None:
        ten_env.return_result(CmdResult.create(StatusCode.OK, cmd))


class TestedTwice(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        name = cmd.get_name()
        answered = False
        if name == "a":
            await ten_env.return_result(CmdResult.create(StatusCode.OK, cmd))
            answered = True
        if not answered:
            await ten_env.return_result(CmdResult.create(StatusCode.ERROR, cmd))


class OnlyWhatWasMade(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        result = None
        if cmd.get_name() == "a":
            result = CmdResult.create(StatusCode.OK, cmd)
        if result is None:
            result = CmdResult.create(StatusCode.ERROR, cmd)
        await ten_env.return_result(result)


class Guarded(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        try:
            text, _ = cmd.get_property_string("json")
            if not text:
                return
            json.loads(text)
        except ValueError as e:
            ten_env.log_error(f"{e}")
        finally:
            await ten_env.return_result(CmdResult.create(StatusCode.OK, cmd))


class AnswerFails(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        ten_env.log_info(cmd.get_name())
        try:
            await ten_env.return_result(CmdResult.create(StatusCode.OK, cmd))
        except RuntimeError as e:
            ten_env.log_error(f"{e}")


class Cancelled(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        try:
            await asyncio.sleep(0.1)
            await ten_env.return_result(CmdResult.create(StatusCode.OK, cmd))
        except asyncio.CancelledError:
            ten_env.log_info("stopped")


class Streamed(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        async for result, _ in ten_env.send_cmd_ex(Cmd.create("a")):
            if result is None:
                return
            answer = CmdResult.create(result.get_status_code(), cmd)
            answer.set_final(result.is_completed())
            await ten_env.return_result(answer)


class ForEver(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        while True:
            await asyncio.sleep(1)
            if cmd.get_name() == "a":
                await ten_env.return_result(CmdResult.create(StatusCode.OK, cmd))
                return


class AllCases(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        match cmd.get_name():
            case "a":
                status = StatusCode.OK
            case _:
                status = StatusCode.ERROR
        answer = ten_env.return_result
        await answer(CmdResult.create(status, cmd))
