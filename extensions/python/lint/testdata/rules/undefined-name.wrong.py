from ten_runtime import AsyncExtension, AsyncTenEnv

LIMIT = 3


class Greeter(AsyncExtension):
    greeting = "hello"

    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:  # wrong
        ten_env.log_info(json.dumps({"limit": LIMT}))  # wrong, wrong

    def shout(self) -> str:
        return greeting.upper()  # wrong

    def inner(self) -> list[int]:
        def deeper() -> int:
            return depth  # wrong

        return [deeper() for _ in range(2)]
