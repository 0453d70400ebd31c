import asyncio


async def outer() -> None:
    loop = asyncio.get_event_loop()  # wrong
    print(loop)
