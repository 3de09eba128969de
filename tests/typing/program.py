"""What a type checker sees in a user's program. `assert_type` is right, and each error is one that it must find."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Optional, assert_type

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
    from_json,
    from_python,
    iter_json_lines,
    to_json,
    type_safe__to__dataclass,
)


@dataclass
class Order:
    number: str


class Purchase(BaseModel):
    number: str


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

# functions
assert_type(converter(Order, Purchase), Callable[[Order], Purchase])
assert_type(converter(Order, "basemodel"), Callable[[Order], BaseModel])
assert_type(converter(list[Order], list[Purchase]), Callable[[list[Order]], list[Purchase]])
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
assert_type(rules.converter(Order, Purchase)(order), Purchase)

# what must be found
convert(order, "basemodle")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
convert(order, 5)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
convert_class(Order, "pydantic")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
converter(Order, "basemodle")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
converter(Order, Purchase)(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
convert(order, Purchase).nummer  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
convert(order, Purchase, strict=True)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
rules.convert(order, "basemodle")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
