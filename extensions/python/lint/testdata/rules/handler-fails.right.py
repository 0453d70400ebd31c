from ten_runtime import AsyncExtension, AsyncTenEnv


class A(AsyncExtension):
    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        self.ten_env = ten_env
        try:
            await self._work()
        except Exception as e:
            self.ten_env.log_error(f"failed: {e}")

    async def _work(self) -> None:
        pass
