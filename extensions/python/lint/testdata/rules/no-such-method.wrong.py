from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd, TenError


class A(AsyncExtension):
    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        ten_env.log_warning("a")  # wrong
        ten_env.on_start_done()  # wrong

    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        print(cmd.to_json(), cmd.name)  # wrong, wrong
        result, err = await ten_env.send_cmd(Cmd.create("b"))
        if err is not None:
            print(err.message)  # wrong
        elif result is not None:
            print(result.get_status())  # wrong


def tell(error: TenError) -> str:
    return error.err_msg()  # wrong
