"""What a type checker sees in a user's program. `assert_type` is right, and each error is one that it must find."""

import enum
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Generic, NamedTuple, Optional, TypedDict, TypeVar, assert_type

import attrs
import msgspec
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel

from type_safe_convert import (
    Pydantic,
    Rules,
    convert,
    convert_class,
    converter,
    dataclass__to__basemodel,
    dataclass__to__type_safe,
    explain,
    from_json,
    from_python,
    iter_json_lines,
    kind_of,
    source,
    to_json,
    type_safe__to__dataclass,
    write_source,
)
from type_safe_convert.hypothesis import instances
from type_safe_convert.testing import samples

T = TypeVar("T")


@dataclass
class Order:
    number: str


class Purchase(BaseModel):
    number: str


@attrs.define
class Sale(ABC):
    number: str

    @abstractmethod
    def total(self) -> int: ...


class Bill(msgspec.Struct):
    number: str


class Slip(NamedTuple):
    number: str


class Note(TypedDict):
    number: str


@dataclass
class Box(Generic[T]):
    value: T


class Color(enum.Enum):
    RED = "red"


class Paint(enum.Enum):
    RED = "red"


order = Order("A17")

# a class, a kind, a type
assert_type(convert(order, Purchase), Purchase)
assert_type(convert(order, "basemodel"), BaseModel)
assert_type(convert(order, "type_safe"), Type_Safe)
assert_type(convert(order, "dataclass"), Any)
assert_type(convert(order, "attrs"), Any)
assert_type(convert([order], list[Purchase]), list[Purchase])
assert_type(convert({"a": order}, dict[str, Purchase]), dict[str, Purchase])
assert_type(convert(order, Purchase | Order), Purchase | Order)
assert_type(convert(order, Optional[Purchase]), Purchase | None)
assert_type(convert(order, Annotated[Purchase, "a note"]), Purchase)
assert_type(convert(order, Purchase, forbid_extra=True, validate=False), Purchase)

assert_type(convert(order, Sale), Sale)
assert_type(convert(order, Bill), Bill)
assert_type(convert(order, Slip), Slip)
assert_type(convert(order, Note), Note)
assert_type(convert(order, Box[int]), Box[int])


def in_the_class_of(obj: object, cls: type[T]) -> T:
    assert_type(converter(Order, cls), Callable[[Order], T])
    return convert(obj, cls)


# the kind of another instance: one of those that exist
kind = kind_of(order)
if kind is not None:
    assert_type(convert(order, kind), BaseModel | Type_Safe | Any)

# a kind is that of each model in a container
assert_type(convert([order], "basemodel"), Any)
assert_type(convert({"a": order}, "type_safe"), Any)
assert_type(convert((order, order), "basemodel"), Any)
assert_type(convert({order}, "basemodel"), Any)
assert_type(converter(list[Order], "basemodel"), Callable[[list[Order]], Any])
assert_type(converter(dict[str, Order], "type_safe"), Callable[[dict[str, Order]], Any])
assert_type(converter(Order | None, "basemodel"), Callable[[Order | None], Any])


def each(orders: Sequence[Order]) -> None:
    assert_type(convert(orders, "basemodel"), Any)


# functions
assert_type(converter(Order, Purchase), Callable[[Order], Purchase])
assert_type(converter(Order, "basemodel"), Callable[[Order], BaseModel])
assert_type(converter(list[Order], list[Purchase]), Callable[[list[Order]], list[Purchase]])
assert_type(converter(Order, "type_safe"), Callable[[Order], Type_Safe])
assert_type(converter(Order, "attrs"), Callable[[Order], Any])
assert_type(converter(Sale, Purchase), Callable[[Sale], Purchase])
assert_type(converter(Order, Sale), Callable[[Order], Sale])
assert_type(converter(Note, "basemodel"), Callable[[Note], BaseModel])
assert_type(converter(Order | Bill, list[Purchase]), Callable[[Order | Bill], list[Purchase]])
assert_type(list(map(converter(Order, Purchase), [order])), list[Purchase])

# classes
assert_type(convert_class(Order, "basemodel"), type[BaseModel])
assert_type(convert_class(Order, "type_safe"), type[Type_Safe])
assert_type(dataclass__to__basemodel.convert_class(Order), type[BaseModel])
assert_type(dataclass__to__basemodel.convert_instance(order), BaseModel)
assert_type(dataclass__to__basemodel.convert_many([order]), Iterator[BaseModel])
assert_type(dataclass__to__type_safe.convert_instance(order), Type_Safe)
assert_type(type_safe__to__dataclass.convert_instance(Type_Safe()), Any)

# JSON
assert_type(from_json(Purchase, b"{}"), Purchase)
assert_type(from_json(list[Purchase], b"[]"), list[Purchase])
assert_type(from_python(Purchase | None, None), Purchase | None)
assert_type(iter_json_lines(Purchase, []), Iterator[Purchase])
assert_type(to_json(order), bytes)


def place(purchase: Pydantic[Order]) -> None:
    assert_type(purchase, Order)


# rules
rules = Rules()
assert_type(rules.convert(order, Purchase), Purchase)
assert_type(rules.convert([order], list[Purchase], values={"a": 1}), list[Purchase])
assert_type(rules.convert(order, "basemodel"), BaseModel)
assert_type(rules.convert(order, "type_safe"), Type_Safe)
assert_type(rules.convert([order], "basemodel"), Any)
assert_type(rules.converter(Order, Purchase)(order), Purchase)
assert_type(rules.converter(Order, Purchase)(order, values={"a": 1}), Purchase)
assert_type(rules.converter(Order, "basemodel")(order), BaseModel)
assert_type(rules.converter(Order, "type_safe")(order), Type_Safe)
assert_type(rules.converter(list[Order], list[Purchase])([order]), list[Purchase])
assert_type(rules.converter(list[Order], "basemodel")([order]), Any)
assert_type(rules.reversed(Purchase, Order), Rules)
by_rules: Callable[[Order], Purchase] = rules.converter(Order, Purchase)
rules.coerce(str, date, date.fromisoformat)
rules.coerce(Color, Paint)

# tests
assert_type(samples(Order, 3), list[Order])
assert_type(samples(Sale), list[Sale])
assert_type(instances(Order).example(), Order)

# classes as text
explain(list[Order], "basemodel")
source(Order, "attrs")

# what must be found
convert(order, "basemodle")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
convert(order, 5)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
convert_class(Order, "pydantic")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
converter(Order, "basemodle")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
converter(Order, Purchase)(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
convert(order, Purchase).nummer  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
convert(order, Purchase, strict=True)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
rules.convert(order, "basemodle")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
rules.converter(Order, "basemodle")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
rules.converter(Order, Purchase)(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
rules.converter(Order, Purchase)(order, value={})  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
rules.coerce(str, int)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
rules.coerce(str, date, len)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
samples(Order)[0].nummer  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
explain(Order, "basemodle")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
source(Order, "sqlalchemy")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
write_source([Order], "atrs")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
if kind_of(order) == "pydantic":  # type: ignore[comparison-overlap]
    pass
