"""What the JSON Schema calls a string is a string, and what it calls a number is a number: schema and reader agree."""

import dataclasses
import json
import math
from typing import Any, Dict, List, Optional, Union

import jsonschema
import pytest
from osbot_utils.type_safe.primitives.core.Safe_Float import Safe_Float
from osbot_utils.type_safe.primitives.core.Safe_Int import Safe_Int
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.primitives.domains.identifiers.Random_Guid import Random_Guid
from osbot_utils.type_safe.primitives.domains.identifiers.Safe_Id import Safe_Id
from osbot_utils.type_safe.Type_Safe import Type_Safe

from type_safe_convert import convert, convert_class, json_schema
from type_safe_convert.json.codec import JsonError, from_json, from_python, to_json, to_python

PRIMITIVES: list[tuple[Any, Any, list[Any]]] = [
    (Safe_Str, "a", [1, 1.5, True, False, ["a"], {"a": 1}]),
    (Safe_Id, "a-1", [1, -1, 1.5, True]),
    (Random_Guid, "12345678-1234-4234-8234-123456789012", [1, 1.5, True]),
    (Safe_Int, 5, ["5", "", 1.5, True, False, [5]]),
    (Safe_Float, 1.5, ["1.5", "", True, False, [1.5]]),
]


def holder(annotation: Any, kind: str) -> Any:
    if kind == "dataclass":
        return dataclasses.make_dataclass("ByIdentity", [("a", annotation)])
    return type("ByIdentity", (Type_Safe,), {"__annotations__": {"a": annotation}, "__module__": __name__})


PLACES: dict[str, tuple[Any, Any]] = {
    "itself": (lambda item: item, lambda value: value),
    "list": (lambda item: List[item], lambda value: [value]),
    "dict": (lambda item: Dict[str, item], lambda value: {"k": value}),
    "optional": (lambda item: Optional[item], lambda value: value),
    "union": (lambda item: Union[item, None, bytes], lambda value: value),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("primitive", "fits", "misfits"), PRIMITIVES)
def test_schema_and_reader_agree(primitive: Any, fits: Any, misfits: list[Any], place: str) -> None:
    wrap_type, wrap = PLACES[place]
    for kind in ("type_safe", "dataclass"):
        cls = holder(wrap_type(primitive), kind)
        for target in (cls, *(convert_class(cls, other) for other in ("basemodel", "dataclass", "type_safe"))):
            schema = json_schema(target)
            for value in [fits, *misfits]:
                data = {"a": wrap(value)}
                if place == "union" and isinstance(value, str):
                    continue  # bytes are text, too
                if jsonschema.Draft202012Validator(schema).is_valid(data):
                    assert from_json(target, json.dumps(data)) is not None
                else:
                    with pytest.raises(JsonError):
                        from_json(target, json.dumps(data))
                    with pytest.raises(JsonError):
                        from_python(target, data)


@pytest.mark.parametrize(("primitive", "fits", "misfits"), PRIMITIVES)
def test_what_is_written_is_read(primitive: Any, fits: Any, misfits: list[Any]) -> None:
    for kind in ("type_safe", "dataclass"):
        original = (
            holder(primitive, kind)(primitive(fits))
            if kind == "dataclass"
            else holder(primitive, kind)(a=primitive(fits))
        )
        for other in ("basemodel", "dataclass", "type_safe"):
            for instance in (original, convert(original, other)):
                made = from_json(type(instance), to_json(instance))
                assert made.a == instance.a
                assert type(made.a) is type(instance.a)
                assert from_python(type(instance), to_python(instance)).a == instance.a
                assert from_python(type(instance), {"a": instance.a}).a == instance.a


def test_numbers_that_json_has_no_number_for_come_back() -> None:
    class Wide(Safe_Float):
        min_value = None
        max_value = None

    cls = holder(Wide, "dataclass")
    for value in (math.inf, -math.inf):
        try:
            original = cls(Wide(value))
        except ValueError:
            continue
        assert from_json(cls, to_json(original)) == original


def test_a_number_may_be_the_key_of_an_object() -> None:
    cls = holder(Dict[Safe_Int, Safe_Str], "type_safe")

    assert from_json(cls, '{"a": {"5": "x"}}').a == {Safe_Int(5): Safe_Str("x")}
    with pytest.raises(JsonError):
        from_json(cls, '{"a": {"x": "x"}}')


def test_lax_mode_is_as_lax_as_pydantic() -> None:
    cls = holder(Safe_Int, "type_safe")

    assert from_json(cls, '{"a": "5"}', strict=False).a == 5
    for wrong in ("true", "false", '"x"', "[]"):
        with pytest.raises(JsonError):
            from_json(cls, f'{{"a": {wrong}}}', strict=False)
    text = holder(Safe_Str, "type_safe")
    for wrong in ("5", "1.5", "true"):
        with pytest.raises(JsonError):
            from_json(text, f'{{"a": {wrong}}}', strict=False)


def test_conversions_accept_what_the_constructor_accepts() -> None:
    @dataclasses.dataclass
    class Loose:
        a: Any

    assert convert(Loose(5), holder(Safe_Str, "type_safe")).a == "5"
    assert convert(Loose("5"), holder(Safe_Int, "type_safe")).a == 5


class Defaults(Type_Safe):
    limit: Safe_Int = 10
    name: Safe_Str = Safe_Str("a b")
    ratio: Safe_Float = 1.5
    text: str = "t"


class Below(Defaults):
    limit: Safe_Int = 11


def test_the_schema_keeps_the_defaults_of_primitives() -> None:
    for cls, limit in ((Defaults, 10), (Below, 11)):
        expected = {"limit": limit, "name": "a_b", "ratio": 1.5, "text": "t"}
        for target in (cls, convert_class(cls, "basemodel"), convert_class(cls, "dataclass")):
            for mode in ("validation", "serialization"):
                properties = json_schema(target, mode=mode)["properties"]
                assert {name: shown["default"] for name, shown in properties.items()} == expected
            made = target()
            assert {name: getattr(made, name) for name in expected} == expected
            assert {name: getattr(from_json(target, "{}"), name) for name in expected} == expected
            assert type(convert(made, cls).limit) is Safe_Int
        shown = convert_class(cls, "basemodel").model_json_schema()["properties"]
        assert {name: item["default"] for name, item in shown.items()} == expected
        assert convert(convert(cls(), "basemodel"), cls).json() == cls().json()
