"""The JSON of instances is that of their generated models, and refused where these refuse them."""

import dataclasses
import datetime
import json
from typing import Annotated, Any, Dict, List, Optional, Set, Tuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import ConfigDict, Field, TypeAdapter

from fast_api.models.serialization import serializer_of_origins
from type_safe_convert import convert_class, converter

from .models import Order, Point, Quantity, Vip_Customer


class Node(Type_Safe):
    name: str
    children: List["Node"]
    weights: Dict[str, float]
    tags: Set[str]
    pair: Tuple[int, str]
    parent: Optional["Node"] = None
    amount: Quantity = Quantity(2)


class Renamed(Type_Safe):
    _hidden: int = 1


@dataclasses.dataclass
class Line:
    start: Point
    points: list[Point]
    end: Point | None = None


VALID: dict[type, dict[str, Any]] = {
    Order: {"customer": {"name": "Ada"}, "items": [{"sku": "a"}]},
    Point: {"x": 1},
    Node: {"children": [{"name": "b"}], "pair": [1, "a"]},
    Line: {"start": {"x": 1}, "points": [{"x": 2, "y": 3}]},
}
CLASSES = list(VALID)

LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 120), st.floats(allow_nan=False), st.text(max_size=3), st.just("7")
)
NAMES = ["id", "customer", "items", "notes", "comment", "name", "email", "tier", "sku", "quantity", "price", "tags",
         "x", "y", "label", "children", "weights", "pair", "parent", "amount", "_hidden", "hidden", "start", "points",
         "end", "unknown"]  # fmt: skip
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5)
)
CHANGES = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4)


def documents(cls: type) -> st.SearchStrategy[dict[str, Any]]:
    """A valid document with changes, most of which make it invalid; and one with nothing in it."""
    return CHANGES.map(lambda changes: {**VALID[cls], **changes}) | CHANGES


def contents(value: Any) -> Any:
    """What an instance holds, with the class of everything."""
    if isinstance(value, Type_Safe) or dataclasses.is_dataclass(value):
        names = {name: item for name, item in value.__dict__.items() if not name.startswith("__")}
        return (type(value), {name: contents(item) for name, item in names.items()})
    if isinstance(value, dict):
        return (type(value), [(contents(key), contents(item)) for key, item in value.items()])
    if isinstance(value, list | tuple):
        return (type(value), [contents(item) for item in value])
    if isinstance(value, set):
        return (type(value), set(value))
    return (type(value), value)


@pytest.mark.parametrize("cls", [Order, Point, Line])
def test_direct_json_is_the_siblings_json(cls: type) -> None:
    model = convert_class(cls, "basemodel")
    to_instance, to_model = converter(model, cls), converter(cls, model)
    serializer = serializer_of_origins(TypeAdapter(model))
    assert serializer is not None
    made = 0

    @settings(max_examples=200, deadline=None, derandomize=True)
    @given(documents(cls))
    def law(document: Any) -> None:
        """For every valid instance: the direct JSON is that of its counterpart, with each option."""
        nonlocal made
        try:
            instance = to_instance(model.model_validate(document))
        except ValueError:
            return
        made += 1
        for options in ({}, {"exclude_none": True}, {"by_alias": True}):
            expected = model.__pydantic_serializer__.to_json(to_model(instance), **options)
            assert json.loads(serializer.to_json(instance, warnings="error", **options)) == json.loads(expected)

    law()
    assert made > 10


def test_direct_json_filters_and_refuses() -> None:
    serializer = serializer_of_origins(TypeAdapter(convert_class(Order, "basemodel")))
    assert serializer is not None
    order = Order(customer=Vip_Customer(name="Ada"))
    assert b"secret" not in serializer.to_json(order)
    for other in ({"id": "1"}, Point(1), convert_class(Order, "basemodel")()):
        with pytest.raises(Exception, match=r"."):
            serializer.to_json(other, warnings="error")
    incomplete = Order()
    del incomplete.__dict__["id"]
    with pytest.raises(Exception, match=r"."):
        serializer.to_json(incomplete, warnings="error")
    order.__dict__["id"] = 7
    with pytest.raises(Exception, match="id"):
        serializer.to_json(order, warnings="error")


def test_settings_of_the_class_count() -> None:
    @dataclasses.dataclass(frozen=True)
    class Timed:
        took: datetime.timedelta = datetime.timedelta(seconds=1.5)
        data: bytes = b"\xff\xfe"
        hidden: Annotated[int, Field(exclude=True)] = 1
        __pydantic_config__ = ConfigDict(ser_json_timedelta="float", ser_json_bytes="base64")

    model = convert_class(Timed, "basemodel")
    serializer = serializer_of_origins(TypeAdapter(model))
    assert serializer is not None
    assert serializer.to_json(Timed(), warnings="error") == converter(Timed, model)(Timed()).model_dump_json().encode()


def test_renamed_fields_take_the_way_over_the_sibling() -> None:
    assert serializer_of_origins(TypeAdapter(convert_class(Renamed, "basemodel"))) is None
