import asyncio


async def inner() -> None:
    pass


async def outer() -> None:
    asyncio.run(inner())  # wrong
    asyncio.get_event_loop().run_until_complete(inner())  # wrong
