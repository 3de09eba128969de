"""Instances of Type_Safe classes, assembled of values that need no validation."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cache, partial
from typing import Any, TypeVar, get_args, get_origin

from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Dict import Type_Safe__Dict
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List

T = TypeVar("T", bound=Type_Safe)


def assemble(cls: type[T], values: dict[str, Any]) -> T:
    """An instance that holds `values`, which are all fields of `cls`, each of its type."""
    instance = object.__new__(cls)
    instance.__dict__.update(values)
    return instance


def field_values(cls: type[Type_Safe], values: dict[str, Any]) -> dict[str, Any]:
    """`values` as the fields of `cls` hold them: plain lists and dicts become typed ones, microseconds Decimals."""
    converted = dict(values)
    for name, convert in _converters(cls):  # type: ignore[arg-type]  # by its metaclass
        converted[name] = convert(converted[name])
    return converted


@cache
def _converters(cls: type[Type_Safe]) -> list[tuple[str, Callable[[Any], Any]]]:
    found: list[tuple[str, Callable[[Any], Any]]] = []
    for name, annotation in cls.__annotations__.items():
        if annotation is Decimal:
            found.append((name, seconds))
        elif get_origin(annotation) is dict:
            found.append((name, typed_texts))
        elif get_origin(annotation) is list:
            found.append((name, partial(typed_list, get_args(annotation)[0])))
    return found


def typed_texts(values: dict[str, str]) -> Type_Safe__Dict:
    """`values` as a field `Dict[str, str]` holds them."""
    typed = Type_Safe__Dict.__new__(Type_Safe__Dict)
    dict.update(typed, values)
    typed.__dict__["expected_key_type"] = str
    typed.__dict__["expected_value_type"] = str
    return typed


def typed_list(item_class: type, items: Iterable[Any] = ()) -> Type_Safe__List:
    """`items` as a field `List[item_class]` holds them; a typed list stays the same object."""
    if isinstance(items, Type_Safe__List):
        return items
    typed = Type_Safe__List.__new__(Type_Safe__List)
    list.extend(typed, items)
    typed.__dict__["expected_type"] = item_class
    return typed


def seconds(microseconds: int) -> Decimal:
    """Microseconds as seconds, with all six places."""
    return Decimal(microseconds).scaleb(-6)
