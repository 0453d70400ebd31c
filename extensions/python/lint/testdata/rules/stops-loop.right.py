import asyncio
import threading

from ten_runtime import AsyncExtension, AsyncTenEnv, Extension, TenEnv


class A(AsyncExtension):
    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.reader, self.writer = await asyncio.open_connection("localhost", 1)

    async def on_stop(self, ten_env: AsyncTenEnv) -> None:
        self.writer.close()
        self.loop.stop()


class B(Extension):
    def on_start(self, ten_env: TenEnv) -> None:
        self.loop = asyncio.get_event_loop()
        ten_env.on_start_done()

    def on_stop(self, ten_env: TenEnv) -> None:
        self.loop.stop()
        ten_env.on_stop_done()
