"""A field has one name in what is written, in the schema and in what is read, whatever the attribute is called."""

import dataclasses
import json
from typing import Any, Optional

import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, create_model

from type_safe_convert import convert, json_schema
from type_safe_convert.json.codec import from_json, from_python, to_json, to_python


@dataclasses.dataclass
class Hidden:
    _id: int
    plain: int = 1
    __twice: int = 2
    model_config: str = "m"
    _next: Optional["Hidden"] = None


class SafeHidden(Type_Safe):
    _id: int
    id: int = 5
    inner: Hidden = None


Spaced: Any = create_model("Spaced", **{"a b": (int, 1), "class": (int, 2), "é": (int, 3)})


class Holder(BaseModel):
    spaced: Spaced
    many: list[Spaced]


@dataclasses.dataclass
class Below(Hidden):
    _more: int = 4


INSTANCES = [
    Hidden(7, _next=Hidden(8)),
    SafeHidden(_id=7, inner=Hidden(1)),
    Spaced(**{"a b": 9}),
    Holder(spaced=Spaced(), many=[Spaced(**{"a b": 8})]),
    Below(1, _more=2),
]


@pytest.mark.parametrize("original", INSTANCES, ids=lambda item: type(item).__name__)
@pytest.mark.parametrize("kind", ["type_safe", "basemodel", "dataclass"])
def test_every_kind_writes_and_reads_the_same_names(original: Any, kind: str) -> None:
    made = convert(original, kind)
    written = to_json(made)

    assert json.loads(written) == json.loads(to_json(original))
    assert to_python(made).keys() == to_python(original).keys()
    assert json.loads(to_json(from_json(type(made), written))) == json.loads(written)
    assert (
        convert(from_json(type(made), written), type(original)) == original
        or kind == "type_safe"
        or isinstance(original, Type_Safe)
    )
    assert json.loads(to_json(from_json(type(original), written))) == json.loads(written)
    assert json.loads(to_json(from_python(type(made), to_python(made)))) == json.loads(written)
    for mode in ("validation", "serialization"):
        schema = json_schema(type(made), mode=mode)
        schema = schema if "$ref" not in schema else schema["$defs"][schema["$ref"].rpartition("/")[2]]
        assert schema["properties"].keys() == json.loads(written).keys()


@pytest.mark.parametrize("original", INSTANCES, ids=lambda item: type(item).__name__)
def test_a_generated_model_writes_those_names_by_itself(original: Any) -> None:
    made = convert(original, "basemodel")

    assert json.loads(made.model_dump_json()) == json.loads(to_json(original))
    assert type(made).model_validate_json(made.model_dump_json()) == made
    assert type(made).model_validate(made.model_dump()) == made
    assert made.model_dump_json(exclude_unset=True) is not None


@pytest.mark.parametrize("kind", ["basemodel", "dataclass", "type_safe"])
def test_include_and_exclude_go_by_the_name_of_the_field(kind: Any) -> None:
    made = convert(Hidden(1, _next=Hidden(2)), kind)
    assert json.loads(to_json(made, include={"_id"})) == {"_id": 1}
    assert to_python(made, include={"_id": True, "plain": True}) == {"_id": 1, "plain": 1}
    rest = {"plain": 1, "_Hidden__twice": 2, "model_config": "m"}
    assert json.loads(to_json(made, exclude={"_id", "_next"})) == rest
    assert to_python(made, exclude={"_id": True, "_next": True}) == rest
