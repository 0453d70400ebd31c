from ten_runtime import AsyncExtension, AsyncTenEnv


class A(AsyncExtension):
    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        try:
            await self._work()
        except Exception as e:  # wrong
            self.ten_env.log_error(f"failed: {e}")

    async def _work(self) -> None:
        pass
