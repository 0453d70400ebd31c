import asyncio


async def inner() -> None:
    await asyncio.sleep(0)


def main() -> None:
    asyncio.run(inner())
    asyncio.get_event_loop().run_until_complete(inner())


async def other() -> None:
    await asyncio.to_thread(lambda: asyncio.run(inner()))
