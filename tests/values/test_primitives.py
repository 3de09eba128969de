"""Type_Safe primitives and their plain values, in all places of a class: interpreted and in generated lines."""

import dataclasses
from typing import Annotated, Any, Optional

import pytest
from osbot_utils.type_safe.primitives.core.Safe_Int import Safe_Int
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, create_model

from type_safe_convert import ConversionError, convert

TEXT, NUMBER = Safe_Str("a"), Safe_Int(3)
# By place: the annotation and the value with primitives, and those with plain values.
PLACES: dict[str, tuple[Any, Any, Any, Any]] = {
    "scalar": (Safe_Str, TEXT, str, "a"),
    "number": (Safe_Int, NUMBER, int, 3),
    "optional": (Optional[Safe_Str], TEXT, Optional[str], "a"),
    "items": (list[Safe_Str], [TEXT], list[str], ["a"]),
    "optional items": (list[Optional[Safe_Str]], [TEXT, None], list[Optional[str]], ["a", None]),
    "members": (set[Safe_Str], {TEXT}, set[str], {"a"}),
    "keys": (dict[Safe_Str, int], {TEXT: 3}, dict[str, int], {"a": 3}),
    "values": (dict[str, Safe_Int], {"a": NUMBER}, dict[str, int], {"a": 3}),
    "keys and values": (dict[Safe_Str, Safe_Int], {TEXT: NUMBER}, dict[str, int], {"a": 3}),
    "optional list": (Optional[list[Safe_Str]], [TEXT], Optional[list[str]], ["a"]),
}


def written(kind: str, annotation: Any) -> Any:
    if kind == "type_safe":
        return type("Written", (Type_Safe,), {"__annotations__": {"x": annotation}, "__module__": __name__})
    if kind == "basemodel":
        return create_model("Written", x=(annotation, ...))
    return dataclasses.make_dataclass("Written", [("x", annotation)])


def classes_in(value: Any) -> Any:
    """A container with the classes in the place of the values."""
    if isinstance(value, dict):
        return [(type(key), type(item)) for key, item in dict.items(value)]
    return [type(item) for item in value] if isinstance(value, list | set) else type(value)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("target", ["type_safe", "basemodel", "dataclass"])
@pytest.mark.parametrize("validate", [True, False])
def test_primitives_become_plain_values_where_the_target_has_plain_types(place, target, validate):
    refined, value, plain, wanted = PLACES[place]
    source, cls = written("type_safe", refined)(x=value), written(target, plain)
    for _ in range(3):
        found = convert(source, cls, validate=validate).x
        assert found == wanted
        assert classes_in(found) == classes_in(wanted)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("source", ["basemodel", "dataclass"])
def test_plain_values_become_primitives_where_the_target_has_primitives(place, source):
    refined, value, plain, given = PLACES[place]
    source_class, target = written(source, plain), written("type_safe", refined)
    wanted = target(x=value).x
    for _ in range(3):
        found = convert(source_class(x=given), target).x
        assert classes_in(found) == classes_in(wanted)
        assert type(found) is type(wanted)


class Short(Safe_Str):
    max_length = 3


@pytest.mark.parametrize(
    ("annotation", "value", "path"),
    [
        (Short, "abcd", ()),
        (list[Short], ["a", "abcd"], (1,)),
        (dict[Short, int], {"abcd": 1}, ("abcd",)),
        (dict[str, Short], {"k": "abcd"}, ("k",)),
        (Optional[Short], "abcd", ()),
    ],
)
def test_what_a_primitive_refuses_has_its_place(annotation, value, path):
    given = written("dataclass", Any)(value)
    target = written("type_safe", annotation)
    errors = []
    for _ in range(3):
        with pytest.raises(ConversionError) as caught:
            convert(given, target)
        errors.append((caught.value.path, caught.value.expected, str(caught.value)))
    assert errors[0][0] == ("x", *path)
    assert errors[0] == errors[1] == errors[2]


def test_a_dataclass_that_names_a_primitive_has_its_plain_value():
    @dataclasses.dataclass
    class Named:
        name: Annotated[str, Safe_Str]
        names: list[Annotated[str, Safe_Str]]

    class Model(BaseModel):
        name: Annotated[str, Safe_Str]
        names: list[Annotated[str, Safe_Str]]

    for _ in range(3):
        found = convert(Named("a b!", ["c", "d?"]), Model)
        assert (found.name, found.names) == (str(Safe_Str("a b!")), ["c", str(Safe_Str("d?"))])
        assert {type(item) for item in (found.name, *found.names)} == {str}
