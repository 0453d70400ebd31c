from dataclasses import dataclass
from somewhere import Base

from ten_runtime import AsyncExtension, AsyncTenEnv


class Mixin:
    def shout(self) -> str:
        return self.word.upper() + self.name


class Speaker(Mixin, AsyncExtension):
    limit = 3
    env: AsyncTenEnv

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.word, (self.left, *self.right) = "a", (1, 2, 3)
        with open(__file__) as self.file:
            pass
        for self.i in range(3):
            pass

    async def on_start(self, ten_env: AsyncTenEnv) -> None:
        self.env = ten_env
        ten_env.log_info(f"{self.limit} {self.name} {self.left} {self.right} {self.file} {self.i} {self.__class__}")
        if hasattr(self, "maybe"):
            print(self.maybe)
        try:
            print(self.tried)
        except AttributeError:
            pass
        print(self.given, self.shout)


def give(speaker: Speaker) -> None:
    speaker.given = 1


class Unknown(Base):
    def f(self) -> int:
        return self.anything


class Dynamic:
    def __init__(self, **values) -> None:
        for key, value in values.items():
            setattr(self, key, value)

    def f(self) -> int:
        return self.anything


class Lazy:
    def __getattr__(self, name: str) -> str:
        return name

    def f(self) -> str:
        return self.anything


@dataclass
class Point:
    x: int
    y: int = 0

    def sum(self) -> int:
        return self.x + self.y


class Node:
    @classmethod
    def make(cls) -> "Node":
        cls.made = 1
        return cls()

    def f(self) -> int:
        return self.made


class Registry:
    def __init_subclass__(cls) -> None:
        print(cls.__module__, cls.known)

    def where(self) -> str:
        return self.__module__


Registry().where()
