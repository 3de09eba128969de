"""The zoo as Structs of msgspec, which tells the members of a union apart by a tag. The same names and fields."""

from typing import List, Union

import msgspec


class Cat(msgspec.Struct, tag_field="kind", tag="cat"):
    name: str
    lives: int


class Dog(msgspec.Struct, tag_field="kind", tag="dog"):
    name: str
    breed: str


class Fish(msgspec.Struct, tag_field="kind", tag="fish"):
    name: str
    depth: float


class Zoo(msgspec.Struct):
    title: str
    star: Union[Cat, Dog, Fish]
    pets: List[Union[Cat, Dog, Fish]]
