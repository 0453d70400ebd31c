"""It asks one extension the commands in its property asks, in turn, again and again."""

import asyncio
import json

from ten_runtime import Addon, AsyncExtension, AsyncTenEnv, Cmd, TenEnv, register_addon_as_extension


class Asks(AsyncExtension):
    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        text, _ = await ten_env.get_property_to_json("asks")
        self.tasks = [asyncio.create_task(self.ask(ten_env, json.loads(text)))]

    async def ask(self, ten_env: AsyncTenEnv, asks: list[dict[str, object]]) -> None:
        await asyncio.sleep(0.5)
        while True:
            for properties in asks:
                cmd = Cmd.create(str(properties["cmd"]))
                cmd.set_property_from_json(None, json.dumps(properties["property"]))
                self.tasks.append(asyncio.create_task(self.wait(ten_env, cmd)))
                await asyncio.sleep(0.2)

    async def wait(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        await ten_env.send_cmd(cmd)

    async def on_stop(self, ten_env: AsyncTenEnv) -> None:
        for task in self.tasks:
            task.cancel()


@register_addon_as_extension("asks")
class AsksAddon(Addon):
    def on_create_instance(self, ten_env: TenEnv, name: str, context: object) -> None:
        ten_env.on_create_instance_done(Asks(name), context)
