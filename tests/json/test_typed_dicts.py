"""Keys that a TypedDict does not declare: read, written and refused as by pydantic; converted likewise."""

import dataclasses
import json
from typing import Any, Generic, TypeVar

import pytest
import typing_extensions
from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from type_safe_convert import (
    ConversionError,
    ValueConversionError,
    convert,
    convert_class,
    converter,
    from_json,
    from_python,
    json_schema,
    to_json,
    to_python,
)
from type_safe_convert.registry import made_kinds

T = TypeVar("T")


@dataclasses.dataclass
class Item:
    n: int


class Open(TypedDict):
    a: int


class Allowed(TypedDict):
    __pydantic_config__ = {"extra": "allow"}  # type: ignore[misc]  # pydantic reads it there
    a: int


class BelowAllowed(Allowed):
    b: int


class Forbidden(TypedDict):
    __pydantic_config__ = {"extra": "forbid"}  # type: ignore[misc]  # as above
    a: int


class Closed(TypedDict, closed=True):  # type: ignore[call-arg]  # PEP 728
    a: int


class Numbers(TypedDict, extra_items=int):  # type: ignore[call-arg]  # PEP 728
    a: int


class Items(TypedDict, extra_items=typing_extensions.ReadOnly[Item]):  # type: ignore[call-arg,type-var]  # PEP 728
    a: Item


class Generics(TypedDict, Generic[T], extra_items=T):  # type: ignore[call-arg]  # PEP 728
    a: T


class NoOthers(TypedDict, extra_items=typing_extensions.Never):  # type: ignore[call-arg]  # PEP 728
    a: int


def holder(annotation: Any) -> Any:
    return dataclasses.make_dataclass("Holder", [("one", annotation), ("many", list[annotation], dataclasses.field())])


WRITTEN = [{"a": 1}, {"a": 1, "z": 2}, {"a": 1, "z": "text"}, {"a": 1, "b": 2, "z": None}, {"a": "text"}, {"z": 1}]
PLAIN = [Open, Allowed, BelowAllowed, Forbidden, Closed, Numbers, Generics[int], NoOthers]


@pytest.mark.parametrize("annotation", PLAIN, ids=str)
@pytest.mark.parametrize("data", WRITTEN, ids=str)
@pytest.mark.filterwarnings("ignore:.*ReadOnly")
def test_they_are_read_and_refused_as_by_pydantic(annotation: Any, data: Any) -> None:
    cls = holder(annotation)
    text = json.dumps({"one": data, "many": [data]})
    try:
        expected = TypeAdapter(cls).validate_json(text, strict=True)
    except ValidationError:
        for kind in (None, "basemodel", "type_safe"):
            with pytest.raises(ConversionError, match="one"):
                from_json(cls if kind is None else convert_class(cls, kind), text)
        return
    assert from_json(cls, text) == expected
    assert to_json(expected) == TypeAdapter(cls).dump_json(expected)
    for kind in ("basemodel", "type_safe"):
        made = convert(expected, kind)
        assert to_json(from_json(type(made), to_json(made))) == to_json(expected)
        assert convert(from_python(type(made), to_python(made)), cls) == expected


@pytest.mark.parametrize("annotation", [Forbidden, Closed, NoOthers, Numbers], ids=str)
@pytest.mark.parametrize("kind", ["basemodel", "type_safe"])
def test_conversions_refuse_what_the_class_says_is_not_there(annotation: Any, kind: str) -> None:
    with pytest.raises(ValueConversionError) as caught:
        convert(holder(annotation)({"a": 1, "z": "text"}, []), kind)
    assert caught.value.path == ("one", "z")


@pytest.mark.parametrize("kind", ["basemodel", "type_safe"])
@pytest.mark.filterwarnings("ignore:.*ReadOnly")
def test_models_under_other_keys_become_counterparts(kind: str) -> None:
    held = holder(Items)({"a": Item(1), "z": Item(2)}, [{"a": Item(3)}])
    made = convert(held, kind)
    assert type(made.one["z"]) is convert_class(Item, kind)
    assert convert(made, "dataclass") == held
    assert from_json(type(held), to_json(made)) == held
    if kind == "basemodel":
        assert type(type(made)(one={"a": {"n": 1}, "z": {"n": 2}}, many=[]).one["z"]) is convert_class(Item, kind)
        with pytest.raises(ValidationError):
            type(made)(one={"a": {"n": 1}, "z": {"n": "text"}}, many=[])


@pytest.mark.parametrize("annotation", [Open, Closed, Numbers], ids=str)
def test_the_schema_says_it_as_that_of_pydantic(annotation: Any) -> None:
    expected = TypeAdapter(annotation).json_schema().get("additionalProperties")
    assert json_schema(holder(annotation))["properties"]["one"].get("additionalProperties") == expected


@pytest.mark.parametrize("kind", made_kinds())
@pytest.mark.parametrize(
    ("cls", "data"),
    [(Allowed, {"a": 1, "z": "y"}), (Numbers, {"a": 1, "z": 2}), (Items, {"a": Item(1), "z": Item(2)})],
)
def test_a_generated_class_has_the_json_of_its_origin(cls: Any, data: Any, kind: Any) -> None:
    made = convert_class(cls, kind)
    there, back = converter(cls, kind), converter(made, cls)
    text = to_json(data, cls)
    assert to_json(there(data), made) == text
    assert back(from_json(made, text)) == data
    assert back(from_python(made, to_python(there(data), made))) == data
