from ten_ai_base.tts import AsyncTTSBaseExtension

from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd


class A(AsyncExtension):
    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        print(cmd.get_name())


class B(A):
    pass


class C(AsyncTTSBaseExtension):
    pass
