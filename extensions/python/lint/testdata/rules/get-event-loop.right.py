import asyncio


async def outer() -> None:
    print(asyncio.get_running_loop())


def plain() -> None:
    print(asyncio.get_event_loop())
