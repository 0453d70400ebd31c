"""Plays 16-bit PCM from a file, at its own pace, as audio frames of ten milliseconds. Without a file it plays a tone."""

from __future__ import annotations

import array
import asyncio
import math
from pathlib import Path

from ten_runtime import AsyncExtension, AsyncTenEnv, AudioFrame, AudioFrameDataFmt

FRAMES_A_SECOND = 100
BYTES_PER_SAMPLE = 2


class PcmReaderExtension(AsyncExtension):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.sample_rate = 16000
        self.repeat = True
        self.pcm = b""
        self.player: asyncio.Task[None] | None = None

    async def on_init(self, ten_env: AsyncTenEnv) -> None:
        self.sample_rate, _ = await ten_env.get_property_int("sample_rate")
        self.repeat, _ = await ten_env.get_property_bool("repeat")
        file, _ = await ten_env.get_property_string("file")
        self.pcm = await asyncio.to_thread(Path(file).read_bytes) if file else tone(self.sample_rate)

    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        self.player = asyncio.create_task(self.play(ten_env))

    async def on_stop(self, ten_env: AsyncTenEnv) -> None:
        if self.player is not None:
            self.player.cancel()
            await asyncio.gather(self.player, return_exceptions=True)

    async def play(self, ten_env: AsyncTenEnv) -> None:
        loop = asyncio.get_running_loop()
        size = self.sample_rate // FRAMES_A_SECOND * BYTES_PER_SAMPLE
        due = loop.time()
        at = 0
        while at < len(self.pcm):
            await ten_env.send_audio_frame(self.frame(self.pcm[at : at + size], at + size >= len(self.pcm)))
            at += size
            if at >= len(self.pcm) and self.repeat:
                at = 0
            # From the time that was due, so that small delays do not add up.
            due += 1 / FRAMES_A_SECOND
            await asyncio.sleep(max(0.0, due - loop.time()))
        ten_env.log_info("the file has been played")

    def frame(self, pcm: bytes, last: bool) -> AudioFrame:
        frame = AudioFrame.create("pcm_frame")
        frame.set_sample_rate(self.sample_rate)
        frame.set_bytes_per_sample(BYTES_PER_SAMPLE)
        frame.set_number_of_channels(1)
        frame.set_samples_per_channel(len(pcm) // BYTES_PER_SAMPLE)
        frame.set_data_fmt(AudioFrameDataFmt.INTERLEAVE)
        frame.set_eof(last and not self.repeat)
        frame.alloc_buf(len(pcm))
        buf = frame.lock_buf()
        buf[:] = pcm
        frame.unlock_buf(buf)
        return frame


def tone(sample_rate: int) -> bytes:
    """A second of concert pitch at a tenth of full scale."""
    samples = array.array("h", (round(3276 * math.sin(2 * math.pi * 440 * n / sample_rate)) for n in range(sample_rate)))
    return samples.tobytes()
