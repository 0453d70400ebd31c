"""Answers a command word by word: each word is a result that is not the final one, as a language model's answer comes."""

import asyncio

from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd, CmdResult, StatusCode


class StreamingResponderExtension(AsyncExtension):
    async def on_init(self, ten_env: AsyncTenEnv) -> None:
        pause_ms, _ = await ten_env.get_property_int("pause_ms")
        self.pause = pause_ms / 1000

    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        text, error = cmd.get_property_string("text")
        if error is not None:
            await self.answer(ten_env, cmd, StatusCode.ERROR, error.error_message(), final=True)
            return
        ten_env.log_info(f"telling {len(text.split())} words")
        for word in text.split():
            await self.answer(ten_env, cmd, StatusCode.OK, word, final=False)
            await asyncio.sleep(self.pause)
        await self.answer(ten_env, cmd, StatusCode.OK, text, final=True)

    async def answer(self, ten_env: AsyncTenEnv, cmd: Cmd, status: StatusCode, text: str, final: bool) -> None:
        result = CmdResult.create(status, cmd)
        result.set_property_string("detail" if status == StatusCode.ERROR else "text", text)
        result.set_final(final)
        await ten_env.return_result(result)
