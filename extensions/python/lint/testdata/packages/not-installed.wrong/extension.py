import tenbench_has_no_such_module.client  # wrong
from tenbench_has_no_other_module import thing  # wrong
from ten_runtime import AsyncExtension, AsyncTenEnv, Data

from tenbench_has_no_such_module import again


class Quiet(AsyncExtension):
    async def on_data(self, ten_env: AsyncTenEnv, data: Data) -> None:
        ten_env.log_info(f"{data.get_name()} {thing} {again} {tenbench_has_no_such_module}")
