class A:
    def __init__(self) -> None:
        self.ready = False

    async def spin(self) -> None:
        while True:  # wrong
            print("a")

    async def wait(self) -> None:
        while not self.ready:  # wrong
            pass
