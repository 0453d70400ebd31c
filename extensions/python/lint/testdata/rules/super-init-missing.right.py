from ten_runtime import AsyncExtension, AsyncExtensionTester


class A(AsyncExtension):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.count = 0


class B(A):
    def __init__(self, name: str) -> None:
        A.__init__(self, name)


class C(AsyncExtensionTester):
    def __init__(self) -> None:
        super(C, self).__init__()


class D(AsyncExtension):
    pass


class Plain:
    def __init__(self) -> None:
        self.x = 1
