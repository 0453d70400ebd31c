class A:
    def f(self)  # wrong
        while True  # wrong
            return 1

    def g(self):
        if self.f()  # wrong
            await self.f()  # wrong
