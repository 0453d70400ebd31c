class A:
    def f(self):
        while True:
            return 1

    async def g(self) -> "int":
        if self.f():
            return await self.h()

    async def h(self): ...
