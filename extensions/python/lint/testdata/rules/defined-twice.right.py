from typing import overload


class Base:
    @property
    def name(self) -> str:
        return "a"

    @name.setter
    def name(self, value: str) -> None:
        print(value)

    @overload
    def take(self, x: int) -> int: ...

    @overload
    def take(self, x: str) -> str: ...

    def take(self, x):
        return x


class Config:
    pass


class Config(Config):
    pass


try:
    from fast import parse
except ImportError:

    def parse(text: str) -> str:
        return text
