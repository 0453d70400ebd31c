from ten_runtime import AsyncExtension, AsyncExtensionTester, Extension


class A(AsyncExtension):
    def __init__(self, name: str) -> None:  # wrong
        self.count = 0


class B(AsyncExtension):
    def __init__(self, name: str) -> None:
        super().__init__()  # wrong


class C(AsyncExtensionTester):
    def __init__(self) -> None:  # wrong
        self.count = 0


class D(Extension):
    def __init__(self, name: str) -> None:  # wrong
        self.count = 0
